//! Names whose values are secret: attribute keys, JSON keys, query parameters.

use super::bytes::{is, ALPHANUMERIC, CAPITAL, SMALL};
use super::scan::{byte, words, Scan};

/// The longest name that is looked at.
pub(super) const MAX_NAME_BYTES: usize = 96;

/// A name that ends in one of these is secret.
const LAST: &[u8] = words![
    "password",
    "passwd",
    "passphrase",
    "secret",
    "apikey",
    "credential",
    "credentials",
    "authorization",
    "cookie"
];

/// The lengths of last words that make a name secret, one bit each. Most names of ordinary JSON have
/// another length, and are compared with nothing.
const LENGTHS: u32 = lengths(LAST) | lengths(b"key") | lengths(b"token");

/// A name that ends in one of these and `key` is secret.
const BEFORE_KEY: &[u8] = words![
    "api",
    "private",
    "secret",
    "access",
    "signing",
    "encryption"
];

/// A name that ends in `token` is secret, but after one of these it is a place in a list or a word
/// of a vocabulary.
const BEFORE_TOKEN: &[u8] = words![
    "page",
    "next",
    "previous",
    "cursor",
    "continuation",
    "sync",
    "resume",
    "scroll",
    "delta",
    "first",
    "last",
    "start",
    "end",
    "stop",
    "bos",
    "eos",
    "pad",
    "unk",
    "sep",
    "cls",
    "mask"
];

/// Whether the value under this name is to be hidden. The last words decide, divided at signs and
/// at capital letters: `dbPassword` and `x-api-key` are secret, `author`, `token_count` and
/// `next_token` are not.
#[must_use]
#[inline(never)]
pub fn is_secret_name(name: &[u8]) -> bool {
    if !may_be_secret(name) {
        return false;
    }
    let mut scan = Scan::new(name);
    scan.start = name.len();
    last_word(&mut scan);
    let length = u32::try_from(scan.at - scan.start).unwrap_or(u32::MAX);
    if LENGTHS.checked_shr(length).unwrap_or(0) & 1 == 0 {
        return false;
    }
    if scan.is_any(LAST) {
        return true;
    }
    let is_key = scan.is_any(b"key");
    let is_token = scan.is_any(b"token");
    last_word(&mut scan);
    (is_key && scan.is_any(BEFORE_KEY)) || (is_token && !scan.is_any(BEFORE_TOKEN))
}

/// Whether a name that ends so may be secret, by its last three letters: most names are told apart by
/// them alone.
pub(super) fn may_be_secret(end: &[u8]) -> bool {
    let Some([first, middle, last]) = end.last_chunk() else {
        return true;
    };
    let letters = u32::from_be_bytes([0, *first, *middle, *last]) | 0x20_2020;
    !last.is_ascii_alphanumeric() || ENDS.contains(&letters)
}

/// The last three letters of words that make a name secret.
#[rustfmt::skip]
static ENDS: [u32; 10] = [
    letters(b"ord"), letters(b"swd"), letters(b"ase"), letters(b"ret"), letters(b"ken"),
    letters(b"key"), letters(b"ial"), letters(b"als"), letters(b"ion"), letters(b"kie"),
];

const fn letters(letters: &[u8; 3]) -> u32 {
    let [first, middle, last] = *letters;
    u32::from_be_bytes([0, first, middle, last])
}

/// Returns the lengths that words have, one bit each. See [`words!`].
const fn lengths(words: &[u8]) -> u32 {
    let mut all = 0;
    let mut length = 0;
    let mut rest = words;
    while let [first, others @ ..] = rest {
        if *first == 0 {
            all |= 1 << length;
            length = 0;
        } else {
            length += 1;
        }
        rest = others;
    }
    all | 1 << length
}

/// Moves the start and the cursor around the last word before the start.
#[inline(never)]
fn last_word(scan: &mut Scan<'_>) {
    while scan.start > 0 && !is(scan.before(1), ALPHANUMERIC) {
        scan.start -= 1;
    }
    scan.at = scan.start;
    while is(scan.before(1), ALPHANUMERIC) {
        scan.start -= 1;
        // `dbPassword` is two words, and so is `APIKey`.
        let after = byte(scan.text, scan.start + 1);
        if is(scan.before(0), CAPITAL) && (is(scan.before(1), SMALL) || is(after, SMALL)) {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{is_secret_name, may_be_secret};

    #[test]
    fn the_last_words_decide() {
        for name in [
            "password",
            "db_password",
            "dbPassword",
            "DB_PASSWORD",
            "x-api-key",
            "apiKey",
            "APIKey",
            "API_KEY",
            "openai.apikey",
            "client_secret",
            "token",
            "access_token",
            "refreshToken",
            "private-key",
            "AWS_SECRET_ACCESS_KEY",
            "credential",
            "set-cookie",
            "session_token",
            "Authorization",
            "user.password_",
        ] {
            assert!(is_secret_name(name.as_bytes()), "{name}");
        }
        for name in [
            "",
            "author",
            "input_tokens",
            "token_count",
            "session_id",
            "page_token",
            "next_token",
            "nextPageToken",
            "cursor_token",
            "key",
            "primary_key",
            "keyboard",
            "passwordless",
            "password_hint",
            "cookies_enabled",
            "eos_token",
            "monkey",
            "tokenizer",
            "secretary",
            "gen_ai.usage.input_tokens",
            "_",
        ] {
            assert!(!is_secret_name(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn no_secret_name_is_passed_over() {
        for last in [
            "password",
            "passwd",
            "passphrase",
            "secret",
            "token",
            "apikey",
            "credential",
            "credentials",
            "authorization",
            "cookie",
            "api_key",
        ] {
            for name in [
                last.to_owned(),
                last.to_uppercase(),
                format!("my-{last}"),
                format!("{last}_"),
            ] {
                assert!(is_secret_name(name.as_bytes()), "{name}");
                assert!(may_be_secret(name.as_bytes()), "{name}");
            }
        }
        assert!(!may_be_secret(b"lmnr.span.input"));
    }
}
