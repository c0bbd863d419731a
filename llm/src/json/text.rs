//! Strings: with escapes and without.

/// Resolves the escapes of a string that stands between its quotes.
#[inline(never)]
pub(crate) fn unescape(spelled: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(spelled.len());
    let mut rest = spelled;
    while let [first, tail @ ..] = rest {
        rest = tail;
        let ([escape, tail @ ..], b'\\') = (tail, *first) else {
            text.push(*first);
            continue;
        };
        rest = tail;
        match *escape {
            b'b' => text.push(0x08),
            b'f' => text.push(0x0c),
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'u' => {
                let (point, tail) = code_point(tail);
                text.extend_from_slice(point.encode_utf8(&mut [0; 4]).as_bytes());
                rest = tail;
            }
            itself => text.push(itself),
        }
    }
    text
}

/// Reads the character of one `\u` escape, or of two for a character beyond 16 bits. Half of such a
/// pair becomes U+FFFD.
fn code_point(rest: &[u8]) -> (char, &[u8]) {
    let (unit, rest) = hex(rest).unwrap_or((0xfffd, &[]));
    let low = rest.strip_prefix(b"\\u").and_then(hex);
    match (unit, low) {
        (0xd800..0xdc00, Some((low @ 0xdc00..0xe000, rest))) => {
            let point = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            (valid(point), rest)
        }
        _ => (valid(unit), rest),
    }
}

fn valid(point: u32) -> char {
    char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Reads four hexadecimal digits. Returns their value and what follows them.
fn hex(text: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_first_chunk::<4>()?;
    let value = digits.iter().try_fold(0, |value, digit| {
        Some(value << 4 | char::from(*digit).to_digit(16)?)
    })?;
    Some((value, rest))
}

/// Appends text as it is spelled inside of a JSON string.
#[inline(never)]
pub(crate) fn escape(text: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for byte in text {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..0x20 => {
                let low = HEX.get(usize::from(byte & 15)).copied().unwrap_or(b'0');
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), low]);
            }
            _ => out.push(*byte),
        }
    }
}

/// Returns bytes as text; what is no UTF-8 becomes U+FFFD.
#[inline(never)]
pub(crate) fn lossy(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

/// Whether text holds that part, in letters of any case.
#[inline(never)]
pub(crate) fn contains(text: &[u8], part: &str) -> bool {
    let mut windows = text.windows(part.len().max(1));
    windows.any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}
