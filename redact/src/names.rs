//! Names whose values are secret: attribute keys, JSON keys, query parameters.

/// The longest name that is looked at.
pub(super) const MAX_NAME_BYTES: usize = 96;

/// A name that ends in one of these is secret.
const LAST: &[&[u8]] = &[
    b"password",
    b"passwd",
    b"passphrase",
    b"secret",
    b"token",
    b"apikey",
    b"credential",
    b"credentials",
    b"authorization",
    b"cookie",
];

/// A name that ends in one of these and `key` is secret.
const BEFORE_KEY: &[&[u8]] = &[
    b"api",
    b"private",
    b"secret",
    b"access",
    b"signing",
    b"encryption",
];

/// A token after one of these is a place in a list or a word of a vocabulary.
const BEFORE_TOKEN: &[&[u8]] = &[
    b"page",
    b"next",
    b"previous",
    b"cursor",
    b"continuation",
    b"sync",
    b"first",
    b"last",
    b"start",
    b"end",
    b"stop",
    b"bos",
    b"eos",
    b"pad",
    b"unk",
    b"sep",
    b"cls",
    b"mask",
];

/// Whether the value under this name is to be hidden. The last words decide, divided at signs and
/// at capital letters: `dbPassword` and `x-api-key` are secret, `author`, `token_count` and
/// `next_token` are not.
pub fn is_secret_name(name: &[u8]) -> bool {
    let (last, rest) = last_word(name);
    let (previous, _) = last_word(rest);
    if is_any(last, b"token") {
        return !one_of(previous, BEFORE_TOKEN);
    }
    one_of(last, LAST) || (is_any(last, b"key") && one_of(previous, BEFORE_KEY))
}

fn is_any(word: &[u8], other: &[u8]) -> bool {
    word.eq_ignore_ascii_case(other)
}

pub(super) fn one_of(word: &[u8], list: &[&[u8]]) -> bool {
    list.iter().any(|other| is_any(word, other))
}

/// Returns the last word of a name and what stands before it.
fn last_word(name: &[u8]) -> (&[u8], &[u8]) {
    let end = name
        .iter()
        .rposition(u8::is_ascii_alphanumeric)
        .map_or(0, |at| at + 1);
    let (name, _) = name.split_at(end);
    let mut start = end;
    // The byte after the one looked at, which tells whether a capital begins a word.
    let mut after = 0;
    for (at, byte) in name.iter().copied().enumerate().rev() {
        if !byte.is_ascii_alphanumeric() || (byte.is_ascii_lowercase() && is_capital(after)) {
            break;
        }
        start = at;
        // `APIKey` is two words, `API` and `Key`.
        if is_capital(byte) && after.is_ascii_lowercase() {
            break;
        }
        after = byte;
    }
    let (rest, word) = name.split_at(start);
    (word, rest)
}

fn is_capital(byte: u8) -> bool {
    byte.is_ascii_uppercase()
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
