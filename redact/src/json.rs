//! Strings of JSON that may itself be a string of JSON: quotes then have backslashes before them.

use super::scan::Scan;

pub(super) const BACKSLASH: u32 = b'\\' as u32;
pub(super) const QUOTE: u32 = b'"' as u32;

impl Scan<'_> {
    /// Moves the start back over backslashes and returns over how many.
    pub(super) fn backslashes_before(&mut self) -> usize {
        let mut count = 0;
        while self.step_back(b'\\') {
            count += 1;
        }
        count
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
