//! Strings of JSON that may itself be a string of JSON: quotes then have backslashes before them.

use super::text::{before, byte};

/// Returns where the backslashes that end before `at` begin.
pub(super) fn without_backslashes(text: &[u8], mut at: usize) -> usize {
    while before(text, at) == b'\\' {
        at -= 1;
    }
    at
}

/// Returns where the quote of a string is that begins at `at`, with so many backslashes before it.
pub(super) fn opening_quote(text: &[u8], at: usize, escapes: usize) -> Option<usize> {
    let quote = at + escapes;
    (byte(text, quote) == b'"' && without_backslashes(text, quote) == at).then_some(quote)
}

/// Returns where the string ends whose quotes have so many backslashes: before its closing quote,
/// or at the end of a text that was cut. One backslash of the string is written as `escapes + 1`.
pub(super) fn string_end(text: &[u8], from: usize, escapes: usize) -> usize {
    let mut slashes = 0;
    for (at, byte) in text.iter().copied().enumerate().skip(from) {
        match byte {
            b'\\' => slashes += 1,
            b'"' => {
                // With fewer the string around this one ends.
                let Some(more) = usize::checked_sub(slashes, escapes) else {
                    return at - slashes;
                };
                if (more / (escapes + 1)).is_multiple_of(2) {
                    return at - escapes;
                }
                slashes = 0;
            }
            _ => slashes = 0,
        }
    }
    text.len()
}
