//! Names whose values are secret: attribute keys, JSON keys, query parameters.

use super::bytes::{is_in, ALPHANUMERIC, CAPITAL, SMALL};
use super::scan::{is_one, words};

/// The longest name that is looked at.
pub(super) const MAX_NAME_BYTES: usize = 96;

/// What a name says about the text under it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing.
    Open,
    /// It may be a secret or a word: `auth`, `pass`.
    Likely,
    /// It is a password or the folder of a shell: `pwd`.
    PasswordOrFolder,
    /// It is a secret.
    Secret,
}

/// A name that ends in one of these is secret.
pub(super) const LAST: &[u8] = words![
    "password",
    "passwd",
    "pgpassword",
    "passphrase",
    "secret",
    "apikey",
    "secretkey",
    "privatekey",
    "authtoken",
    "accesstoken",
    "credential",
    "credentials",
    "authorization",
    "cookie"
];

/// A text under a name that ends in one of these is a secret if it does not look like a word.
pub(super) const LIKELY: &[u8] = words!["pass", "auth"];

/// A name that ends in one of these and `key` is secret.
const BEFORE_KEY: &[u8] = words![
    "api",
    "private",
    "secret",
    "access",
    "account",
    "signing",
    "encryption"
];

/// A name that ends in `token` is secret, but after one of these it is a place in a list or a word
/// of a vocabulary.
const BEFORE_TOKEN: &[u8] = words![
    "input",
    "output",
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
pub fn is_secret_name(name: &[u8]) -> bool {
    kind_of(name) == Kind::Secret
}

/// Returns what a name says.
#[inline(never)]
pub(super) fn kind_of(name: &[u8]) -> Kind {
    let (before, word) = last_word(name);
    // Most names have another last word than any of these, by its first letter and its length.
    let first = word.first().map_or(0, |letter| usize::from(letter & 31));
    let length = u32::try_from(word.len()).unwrap_or(u32::MAX);
    let lengths = LENGTHS.get(first).copied().unwrap_or(0);
    if lengths.checked_shr(length).unwrap_or(0) & 1 == 0 {
        return Kind::Open;
    }
    if is_one(word, LAST) {
        // `[REDACTED_SECRET]` is what an earlier redaction left of a name.
        let is_mark = before.ends_with(b"[REDACTED_");
        return if is_mark { Kind::Open } else { Kind::Secret };
    }
    if is_one(word, LIKELY) {
        return Kind::Likely;
    }
    if is_one(word, b"pwd") {
        return Kind::PasswordOrFolder;
    }
    let is_key = is_one(word, b"key");
    if is_key || is_one(word, b"token") {
        let (_, word) = last_word(before);
        if is_one(word, if is_key { BEFORE_KEY } else { BEFORE_TOKEN }) == is_key {
            return Kind::Secret;
        }
    }
    Kind::Open
}

/// The lengths of last words by their first letter, one bit each.
static LENGTHS: [u32; 32] = lengths();

#[allow(clippy::indexing_slicing)] // Evaluated by the compiler.
const fn lengths() -> [u32; 32] {
    let all = [LAST, LIKELY, b"pwd", b"key", b"token"];
    let mut lengths = [0; 32];
    let mut place = 0;
    while place < all.len() {
        let mut rest = all[place];
        while let [letter, ..] = rest {
            let mut length = 0;
            while length < rest.len() && rest[length] != 0 {
                length += 1;
            }
            lengths[(*letter & 31) as usize] |= 1 << length;
            let next = if length < rest.len() {
                length + 1
            } else {
                length
            };
            rest = rest.split_at(next).1;
        }
        place += 1;
    }
    lengths
}

/// Returns what stands before the last word of a name, and this word.
#[inline(never)]
fn last_word(name: &[u8]) -> (&[u8], &[u8]) {
    let is = |at: usize, class| name.get(at).is_some_and(|byte| is_in(*byte, class));
    let end = name.iter().rposition(|byte| is_in(*byte, ALPHANUMERIC));
    let end = end.map_or(0, |last| last + 1);
    let mut start = end;
    while is(start.wrapping_sub(1), ALPHANUMERIC) {
        start -= 1;
        // `dbPassword` is two words, and so is `APIKey`.
        if is(start, CAPITAL) && (is(start.wrapping_sub(1), SMALL) || is(start + 1, SMALL)) {
            break;
        }
    }
    let (before, word) = name.split_at_checked(start).unwrap_or_default();
    (before, word.get(..end - start).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::is_secret_name;

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
            "PGPASSWORD",
            "accesstoken",
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
}
