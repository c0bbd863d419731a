//! Strings of JSON that may itself be a string of JSON: quotes then have backslashes before them.

use super::bytes::{BLANK, LINE, LOCAL_SIGN};
use super::names::MAX_NAME_BYTES;
use super::scan::Scan;

pub(super) const BACKSLASH: u32 = b'\\' as u32;
pub(super) const QUOTE: u32 = b'"' as u32;

/// The most blanks that are passed over backwards: as many as indented JSON has.
const MAX_BLANKS: usize = 96;

impl Scan<'_> {
    /// Moves the start back over backslashes and returns over how many.
    pub(super) fn backslashes_before(&mut self) -> usize {
        let mut count = 0;
        while self.step_back(b'\\') {
            count += 1;
        }
        count
    }

    /// Moves over backslashes and returns over how many.
    pub(super) fn skip_backslashes(&mut self) -> usize {
        let from = self.at;
        while self.byte(0) == BACKSLASH {
            self.at += 1;
        }
        self.at - from
    }

    /// Moves the start back over a string before it, with blanks between them, and the cursor to its end.
    /// Returns how many backslashes its quotes have; `None` if no string ends there or it is long.
    #[inline(never)]
    pub(super) fn string_before(&mut self) -> Option<usize> {
        self.blanks_before();
        if !self.step_back(b'"') {
            return None;
        }
        let escapes = self.backslashes_before();
        self.at = self.start;
        loop {
            self.back(LINE | LOCAL_SIGN, MAX_NAME_BYTES);
            // An escape in the string, as in `pass\u0077ord`, is no end of it.
            let is_escape = self.before(1) == BACKSLASH && self.before(0) != QUOTE;
            if !(is_escape && self.step_back(b'\\')) {
                break;
            }
        }
        (self.before(1) == QUOTE).then_some(escapes)
    }

    /// Moves the start from the first byte of a string before its quote and the blanks there.
    #[inline(never)]
    pub(super) fn leave_string(&mut self, escapes: usize) {
        self.start = self.start.saturating_sub(escapes + 1);
        self.blanks_before();
    }

    /// Moves the start back over blanks.
    #[inline(never)]
    pub(super) fn blanks_before(&mut self) {
        self.at = self.start;
        self.back(BLANK, MAX_BLANKS);
    }

    /// Moves over a quote with so many backslashes before it, and returns whether it stands there.
    #[inline(never)]
    pub(super) fn open_string(&mut self, escapes: usize) -> bool {
        for _ in 0..escapes {
            if self.byte(0) != BACKSLASH {
                return false;
            }
            self.at += 1;
        }
        self.at += 1;
        self.byte(-1) == QUOTE
    }

    /// Moves to the end of the string whose quotes have so many backslashes: before its closing
    /// quote, or at the end of a text that was cut. One backslash of the string is written as
    /// `escapes + 1`, which is a power of two.
    #[inline(never)]
    pub(super) fn string_end(&mut self, escapes: usize) {
        let mut slashes = 0;
        while !self.is_at_end() {
            match self.byte(0) {
                BACKSLASH => slashes += 1,
                // With fewer the string around this one ends.
                QUOTE if slashes < escapes => {
                    self.at -= slashes;
                    return;
                }
                QUOTE if (slashes - escapes) & (escapes + 1) == 0 => {
                    self.at -= escapes;
                    return;
                }
                _ => slashes = 0,
            }
            self.at += 1;
        }
    }
}

/// What stands for a number that is replaced.
pub(super) enum Number {
    /// The mark as it is: the text is no JSON there.
    Text,
    /// The mark as a string, whose quotes have so many backslashes before them: 7 at most.
    Member { backslashes: usize },
    /// `null`, where it cannot be said how many backslashes quotes would need.
    Element,
}

/// Returns what JSON takes in the place of this number, which is all digits and dots.
#[inline(never)]
pub(super) fn number(text: &[u8], start: usize, end: usize) -> Number {
    let after = text.get(end..).unwrap_or_default().trim_ascii_start();
    if !matches!(after.first(), Some(b',' | b']' | b'}')) {
        return Number::Text;
    }
    let before = text.get(..start).unwrap_or_default().trim_ascii_end();
    let Some((sign, before)) = before.split_last() else {
        return Number::Text;
    };
    let before = before.trim_ascii_end();
    match (sign, before.split_last()) {
        (b':', Some((b'"', name))) => {
            let backslashes = name.iter().rev().take_while(|byte| **byte == b'\\').count();
            let name = name.get(..name.len() - backslashes).unwrap_or_default();
            // A quote after one of these begins a string.
            let begins = matches!(
                name.trim_ascii_end().last(),
                None | Some(b':' | b',' | b'[' | b'{')
            );
            // With any other count the name ends with backslashes.
            if begins || !matches!(backslashes, 0 | 1 | 3 | 7) {
                return Number::Element;
            }
            Number::Member { backslashes }
        }
        (b'[', _) => Number::Element,
        // What a value of JSON can end with.
        (b',', Some((b'"' | b']' | b'}' | b'0'..=b'9' | b'e' | b'l', _))) => Number::Element,
        _ => Number::Text,
    }
}
