//! Strings: with escapes and without.

/// Returns where the first control character or one of two others stands, else the length. It looks at eight
/// bytes at once.
#[inline(never)]
pub(crate) fn find_special(bytes: &[u8], one: u8, other: u8) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGHS: u64 = ONES << 7;
    // The lowest bit that is set belongs to the first byte that is less.
    let less = |word: u64, than: u64| word.wrapping_sub(ONES * than) & !word & HIGHS;
    let mut rest = bytes;
    let mut at = 0;
    while let Some((word, tail)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*word);
        let found = less(word, 0x20)
            | less(word ^ (ONES * u64::from(one)), 1)
            | less(word ^ (ONES * u64::from(other)), 1);
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
        rest = tail;
    }
    let is_special = |byte: &u8| *byte < 0x20 || *byte == one || *byte == other;
    at + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// Resolves the escapes of a string that stands between its quotes.
#[inline(never)]
pub(crate) fn unescape(spelled: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(spelled.len());
    let mut rest = spelled;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let (plain, escape) = rest.split_at_checked(at).unwrap_or_default();
        text.extend_from_slice(plain);
        rest = escape.get(2..).unwrap_or_default();
        text.push(match escape.get(1) {
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                let (char, behind) = code_point(rest);
                rest = behind;
                text.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            itself => itself.copied().unwrap_or(b'\\'),
        });
    }
    text.extend_from_slice(rest);
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
#[inline(never)]
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
    let mut rest = text;
    loop {
        let run = find_special(rest, b'"', b'\\');
        let (plain, special) = rest.split_at_checked(run).unwrap_or_default();
        out.extend_from_slice(plain);
        let Some((byte, behind)) = special.split_first() else {
            return;
        };
        rest = behind;
        let short = match byte {
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0..0x20 => {
                let low = HEX.get(usize::from(byte & 15)).copied().unwrap_or(b'0');
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), low]);
                continue;
            }
            itself => *itself,
        };
        out.extend_from_slice(&[b'\\', short]);
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
