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

/// Appends bytes. One function for all: what the compiler puts in its place is larger than a call.
#[inline(never)]
pub(crate) fn append(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(bytes);
}

/// Appends a byte.
#[inline(never)]
pub(crate) fn push(out: &mut Vec<u8>, byte: u8) {
    append(out, &[byte]);
}

/// Returns a copy of bytes.
#[inline(never)]
pub(crate) fn copied(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

/// Whether a byte stands between the values of JSON and counts for nothing.
#[inline(never)]
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Resolves the escapes of a string that stands between its quotes.
#[inline(never)]
pub(crate) fn unescape(spelled: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(spelled.len());
    let mut rest = spelled;
    loop {
        let (plain, escape) = split_at(rest, b'\\');
        append(&mut text, plain);
        let [letter, behind @ ..] = escape else {
            return text;
        };
        rest = behind;
        if *letter == b'u' {
            let (point, behind) = code_point(rest);
            rest = behind;
            push_char(point, &mut text);
        } else {
            const NAMES: &[u8] = b"bfnrt";
            let name = NAMES.iter().position(|name| name == letter);
            let control = name.and_then(|name| b"\x08\x0c\n\r\t".get(name));
            push(&mut text, *control.unwrap_or(letter));
        }
    }
}

/// Appends a character in UTF-8.
fn push_char(point: u32, out: &mut Vec<u8>) {
    let (mark, mut more) = match point {
        0..0x80 => (0, 0),
        0x80..0x800 => (0xc0, 6),
        0x800..0x1_0000 => (0xe0, 12),
        _ => (0xf0, 18),
    };
    let byte = |bits: u32| u8::try_from(bits & 0xff).unwrap_or_default();
    push(out, byte(mark | point >> more));
    while more > 0 {
        more -= 6;
        push(out, byte(0x80 | point >> more & 0x3f));
    }
}

/// Reads the character of one `\u` escape, or of two for a character beyond 16 bits. Half of such a
/// pair becomes U+FFFD.
fn code_point(rest: &[u8]) -> (u32, &[u8]) {
    let (unit, rest) = hex(rest);
    if unit & 0xf800 != 0xd800 {
        return (unit, rest);
    }
    if let (0xd800..0xdc00, Some(low)) = (unit, rest.strip_prefix(b"\\u")) {
        if let (low @ 0xdc00..0xe000, rest) = hex(low) {
            return (0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00), rest);
        }
    }
    (0xfffd, rest)
}

/// Reads four hexadecimal digits. Returns their value and what follows them.
#[inline(never)]
fn hex(text: &[u8]) -> (u32, &[u8]) {
    let (digits, rest) = text.split_at_checked(4).unwrap_or_default();
    let mut value = 0;
    for digit in digits {
        let digit = u32::from(*digit);
        // Letters of either case follow the digits when the bits that tell them apart are left out.
        value = value << 4 | ((digit & 15) + (digit >> 6) * 9);
    }
    (value, rest)
}

/// Appends text as it is spelled inside of a JSON string.
#[inline(never)]
pub(crate) fn escape(text: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut rest = text;
    loop {
        let run = find_special(rest, b'"', b'\\');
        let (plain, special) = rest.split_at_checked(run).unwrap_or_default();
        append(out, plain);
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
                append(out, &[b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), low]);
                continue;
            }
            itself => *itself,
        };
        append(out, &[b'\\', short]);
    }
}

/// Whether text holds that part, in letters of any case.
#[inline(never)]
pub(crate) fn contains(text: &[u8], part: &[u8]) -> bool {
    let mut windows = text.windows(part.len().max(1));
    windows.any(|window| window.eq_ignore_ascii_case(part))
}

/// Whether text is one of these words, which are joined by spaces.
#[inline(never)]
pub(crate) fn is_word(text: &[u8], words: &str) -> bool {
    parts(words.as_bytes(), b' ').any(|word| word == text)
}

/// Returns the place of the first of these words, which are joined by spaces, that text holds.
#[inline(never)]
pub(crate) fn first_in(text: &[u8], words: &str) -> Option<usize> {
    parts(words.as_bytes(), b' ').position(|word| contains(text, word))
}

/// Returns what stands before and behind the first such byte; all and nothing if there is none.
#[inline(never)]
pub(crate) fn split_at(text: &[u8], byte: u8) -> (&[u8], &[u8]) {
    let end = text.iter().position(|other| *other == byte);
    let (front, back) = text
        .split_at_checked(end.unwrap_or(text.len()))
        .unwrap_or_default();
    (front, back.get(1..).unwrap_or_default())
}

/// The parts of a text, see [`parts`].
pub(crate) struct Parts<'t> {
    rest: Option<&'t [u8]>,
    joint: u8,
}

/// Returns what stands between such bytes: of a text that holds none, the whole.
pub(crate) fn parts(text: &[u8], joint: u8) -> Parts<'_> {
    Parts {
        rest: Some(text),
        joint,
    }
}

impl<'t> Iterator for Parts<'t> {
    type Item = &'t [u8];

    // One function for all: the standard library's is inlined wherever something is split.
    #[inline(never)]
    fn next(&mut self) -> Option<&'t [u8]> {
        let text = self.rest?;
        let (part, rest) = split_at(text, self.joint);
        self.rest = (part.len() < text.len()).then_some(rest);
        Some(part)
    }
}

/// Returns text without what is blank at its beginning.
#[inline(never)]
pub(crate) fn trim_start(text: &[u8]) -> &[u8] {
    text.trim_ascii_start()
}
