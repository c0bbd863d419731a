//! What each byte is: a table of 256 entries, in which one byte may be several things. An alphabet
//! is a sum of these bits.

/// `0` to `9`.
pub(super) const DIGIT: u16 = 1;
/// `A` to `Z`.
pub(super) const CAPITAL: u16 = 1 << 1;
/// `a` to `z`.
pub(super) const SMALL: u16 = 1 << 2;
/// Hexadecimal digits in either case.
pub(super) const HEX: u16 = 1 << 3;
/// Hyphen and underscore.
pub(super) const JOINER: u16 = 1 << 4;
pub(super) const DOT: u16 = 1 << 5;
/// Space, tab, and ends of lines.
pub(super) const BLANK: u16 = 1 << 6;
/// What stands between the digits of a number.
pub(super) const SEPARATOR: u16 = 1 << 7;
/// What also stands between the digits of a phone number.
pub(super) const BRACKET: u16 = 1 << 8;
/// What a bearer token may have besides words and dots, by RFC 6750.
pub(super) const TOKEN_SIGN: u16 = 1 << 9;
/// What an address of e-mail may have before its `@` besides words and dots.
pub(super) const LOCAL_SIGN: u16 = 1 << 10;
/// Bytes of characters that are not ASCII.
pub(super) const FOREIGN: u16 = 1 << 11;
/// What the user and password of a URL consist of. A password may hold a slash, but then nobody can
/// read the URL.
pub(super) const AUTHORITY: u16 = 1 << 12;
/// What the value of a query parameter consists of.
pub(super) const QUERY: u16 = 1 << 13;
/// What stands on a line without quotes.
pub(super) const LINE: u16 = 1 << 14;
/// Letters and digits without those that look alike.
pub(super) const BASE58: u16 = 1 << 15;

pub(super) const LETTER: u16 = CAPITAL | SMALL;
pub(super) const ALPHANUMERIC: u16 = LETTER | DIGIT;
/// What a word consists of, and base64 in URLs. Letters of other scripts are none: a key may stand
/// right after a Chinese sentence.
pub(super) const WORD: u16 = ALPHANUMERIC | JOINER;
pub(super) const TOKEN: u16 = WORD | DOT | TOKEN_SIGN;

static CLASSES: [u16; 256] = classes();

/// Whether a byte is one of these, inlined into the loops that most texts meet.
#[inline(always)]
pub(super) fn is_in(byte: u8, classes: u16) -> bool {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(0) & classes != 0
}

/// Whether a byte is one of these. Bytes are `u32` where they are handed around, because a `u8` has
/// to be cut to its bits at each step.
#[inline(never)]
pub(super) fn is(byte: u32, classes: u16) -> bool {
    CLASSES.get(byte as usize).copied().unwrap_or(0) & classes != 0
}

const fn classes() -> [u16; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        #[allow(clippy::cast_possible_truncation, clippy::indexing_slicing)] // Both are below 256.
        {
            table[byte] = classes_of(byte as u8);
        }
        byte += 1;
    }
    table
}

#[rustfmt::skip]
const fn classes_of(byte: u8) -> u16 {
    let mut all = 0;
    if byte.is_ascii_digit() { all |= DIGIT; }
    if byte.is_ascii_uppercase() { all |= CAPITAL; }
    if byte.is_ascii_lowercase() { all |= SMALL; }
    if byte.is_ascii_hexdigit() { all |= HEX; }
    if matches!(byte, b'-' | b'_') { all |= JOINER; }
    if matches!(byte, b'.') { all |= DOT; }
    if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') { all |= BLANK; }
    if matches!(byte, b' ' | b'-' | b'.') { all |= SEPARATOR; }
    if matches!(byte, b'(' | b')' | b'/') { all |= BRACKET; }
    if matches!(byte, b'~' | b'+' | b'/' | b'=') { all |= TOKEN_SIGN; }
    if matches!(byte, b'+' | b'%' | b'\'') { all |= LOCAL_SIGN; }
    if byte >= 0x80 { all |= FOREIGN; }
    let closes = matches!(byte, 0..=b' ' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | b')');
    if !closes && !matches!(byte, b'/' | b'?') { all |= AUTHORITY; }
    if !closes && !matches!(byte, b'&' | b',' | b';' | b'}' | b']') { all |= QUERY; }
    if !matches!(byte, 0 | b'\n' | b'\r' | b'"' | b'\\' | b'\'') { all |= LINE; }
    if byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'O' | b'I' | b'l') { all |= BASE58; }
    all
}
