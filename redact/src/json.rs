//! Strings of JSON that may itself be a string of JSON: quotes then have backslashes before them.

use super::bytes::{BLANK, DIGIT, DOT, LINE, LOCAL_SIGN};
use super::names::MAX_NAME_BYTES;
use super::scan::Scan;

pub(super) const BACKSLASH: u32 = b'\\' as u32;
pub(super) const QUOTE: u32 = b'"' as u32;
pub(super) const APOSTROPHE: u32 = b'\'' as u32;
pub(super) const BRACKET: u32 = b'[' as u32;
pub(super) const BRACKET_END: u32 = b']' as u32;
pub(super) const COMMA: u32 = b',' as u32;
pub(super) const COLON: u32 = b':' as u32;
pub(super) const BRACE: u32 = b'{' as u32;
pub(super) const SLASH: u32 = b'/' as u32;
const BRACE_END: u32 = b'}' as u32;
const ZERO: u32 = b'0' as u32;
const NINE: u32 = b'9' as u32;
// The ends of `true`, `false` and `null`.
const LETTER_E: u32 = b'e' as u32;
const LETTER_L: u32 = b'l' as u32;

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

/// Returns what takes the place of what was found, if that is a number of JSON.
#[inline(never)]
pub(super) fn number(found: &Scan<'_>) -> Number {
    let mut scan = Scan::new(found.text);
    scan.skip(BLANK);
    let is_json = matches!(scan.byte(0), BRACE | BRACKET | QUOTE);
    scan.at = found.start;
    scan.skip(DIGIT | DOT);
    if !is_json || scan.at != found.at {
        return Number::Text;
    }
    scan.start = found.start;
    scan.skip(BLANK);
    if !matches!(scan.byte(0), COMMA | BRACKET_END | BRACE_END) {
        return Number::Text;
    }
    scan.blanks_before();
    let sign = scan.before(1);
    scan.start = scan.start.saturating_sub(1);
    scan.blanks_before();
    match (sign, scan.before(1)) {
        (COLON, QUOTE) => {
            scan.start -= 1;
            let backslashes = scan.backslashes_before();
            scan.blanks_before();
            // A quote after one of these begins a string.
            let begins = matches!(scan.before(1), 0 | COLON | COMMA | BRACKET | BRACE);
            // With any other count the name ends with backslashes.
            if begins || !matches!(backslashes, 0 | 1 | 3 | 7) {
                return Number::Element;
            }
            Number::Member { backslashes }
        }
        (BRACKET, _) => Number::Element,
        // What a value of JSON can end with.
        (COMMA, QUOTE | BRACKET_END | BRACE_END | ZERO..=NINE | LETTER_E | LETTER_L) => {
            Number::Element
        }
        _ => Number::Text,
    }
}
