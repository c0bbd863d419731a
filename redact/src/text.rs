//! Reads text that may be JSON, once or several times escaped.

/// Returns the byte at `at`, or 0 outside of the text. No detector looks for a 0.
pub(super) fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

/// Returns the byte before `at`, or 0 at the beginning.
pub(super) fn before(text: &[u8], at: usize) -> u8 {
    byte(text, at.wrapping_sub(1))
}

/// Whether a byte can be part of a word. Letters of other scripts are none: a key may stand right
/// after a Chinese sentence.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether something can begin at `at`: no word goes on from before it. The letter of an escape
/// (`\n`, `\u000a`) and the digits of a percent escape (`%3D`) are no word.
pub(super) fn starts(text: &[u8], at: usize) -> bool {
    let last = before(text, at);
    if !is_word(last) {
        return true;
    }
    let escape = |back: usize| byte(text, at.wrapping_sub(back));
    (matches!(last, b'n' | b'r' | b't' | b'b' | b'f') && escape(2) == b'\\')
        || (escape(5) == b'u' && escape(6) == b'\\')
        || (escape(3) == b'%' && last.is_ascii_hexdigit() && escape(2).is_ascii_hexdigit())
}

/// Whether nothing of a word follows at `at`.
pub(super) fn ends(text: &[u8], at: usize) -> bool {
    !byte(text, at).is_ascii_alphanumeric()
}

/// Returns the character at `at` and how many bytes it is written in. An escaped one (`\/`,
/// `\u0040`, and both escaped again) is returned as what it means, if it is ASCII.
pub(super) fn read(text: &[u8], at: usize) -> (u8, usize) {
    let first = byte(text, at);
    if first != b'\\' {
        return (first, 1);
    }
    let mut end = at;
    while byte(text, end) == b'\\' {
        end += 1;
    }
    match text.get(end..end + 5) {
        Some([b'u', b'0', b'0', high, low]) if low.is_ascii_hexdigit() => {
            let digits = (hex(*high), hex(*low));
            if let (Some(high), Some(low)) = digits {
                return (high << 4 | low, end + 5 - at);
            }
        }
        _ => {}
    }
    match byte(text, end) {
        b'/' => (b'/', end + 1 - at),
        _ => (first, 1),
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

/// Characters that a token may consist of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// Letters and digits.
    Alphanumeric,
    /// Capital letters and digits.
    Capital,
    /// Hexadecimal digits.
    Hex,
    /// Letters, digits, hyphen and underscore.
    Base64Url,
    /// What a bearer token may consist of by RFC 6750.
    Token,
}

impl Alphabet {
    pub(super) fn has(self, byte: u8) -> bool {
        match self {
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::Capital => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Base64Url => is_word(byte),
            Self::Token => is_word(byte) || matches!(byte, b'.' | b'~' | b'+' | b'/' | b'='),
        }
    }
}

/// What a run of characters of one alphabet looks like.
#[derive(Clone, Copy, Default)]
pub(super) struct Run {
    /// Where it ends.
    pub(super) end: usize,
    /// How many characters it has, escapes counted as what they mean.
    pub(super) length: usize,
    pub(super) digits: usize,
    /// Capital letters that do not begin a word.
    pub(super) inner_capitals: usize,
    /// The most letters and digits without a sign between them.
    pub(super) longest_word: usize,
}

/// Reads as many characters of the alphabet as there are from `at` on.
pub(super) fn run(text: &[u8], at: usize, alphabet: Alphabet) -> Run {
    let mut found = Run {
        end: at,
        ..Run::default()
    };
    let mut word = 0;
    loop {
        let (char, bytes) = read(text, found.end);
        if !alphabet.has(char) {
            return found;
        }
        found.end += bytes;
        found.length += 1;
        if char.is_ascii_alphanumeric() {
            found.digits += usize::from(char.is_ascii_digit());
            found.inner_capitals += usize::from(char.is_ascii_uppercase() && word > 0);
            word += 1;
            found.longest_word = found.longest_word.max(word);
        } else {
            word = 0;
        }
    }
}

/// Whether the text goes on at `at` with these letters, in any case.
pub(super) fn follows(text: &[u8], at: usize, letters: &[u8]) -> bool {
    text.get(at..at + letters.len())
        .is_some_and(|found| found.eq_ignore_ascii_case(letters))
}

/// Returns where the blanks from `at` on end.
pub(super) fn skip_blanks(text: &[u8], mut at: usize) -> usize {
    while matches!(byte(text, at), b' ' | b'\t' | b'\n' | b'\r') {
        at += 1;
    }
    at
}
