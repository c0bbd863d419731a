//! A cursor in a text that may be JSON, once or several times escaped. Every detector is written in
//! its steps.
//!
//! The steps are never inlined: a call is smaller than a copy, and detectors run seldom.

use super::bytes::{is, is_in, ALPHANUMERIC, CAPITAL, DIGIT, HEX, LETTER, SMALL, WORD};

/// The most characters of a number that are kept: as many as the longest IBAN has, and one more.
const MAX_VALUES: usize = 35;

/// A place in a text, and what was read last.
pub(super) struct Scan<'t> {
    pub(super) text: &'t [u8],
    /// Where what is found begins.
    pub(super) start: usize,
    /// The cursor. What is found ends before it.
    pub(super) at: usize,
    /// How many bytes the last run has.
    pub(super) length: usize,
    /// How many digits the last run has.
    pub(super) digits: usize,
    /// Capital letters of the last run that do not begin a word.
    pub(super) inner_capitals: usize,
    /// The most letters and digits of the last run without a sign between them.
    pub(super) longest_word: usize,
    /// How many letters and digits stand at the end of the last run.
    last_word: usize,
    /// How many characters the last number has.
    pub(super) count: usize,
    /// What they mean in base 36.
    values: [u8; MAX_VALUES],
}

/// Returns words as the steps take them: one text with a zero between two words.
macro_rules! words {
    ($first:literal $(, $other:literal)*) => {
        concat!($first $(, "\0", $other)*).as_bytes()
    };
}
pub(super) use words;

impl<'t> Scan<'t> {
    /// Returns a cursor before a text.
    #[inline(never)]
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            start: 0,
            at: 0,
            length: 0,
            digits: 0,
            inner_capitals: 0,
            longest_word: 0,
            last_word: 0,
            count: 0,
            values: [0; MAX_VALUES],
        }
    }

    /// Moves the start and the cursor to a place.
    #[inline(always)]
    pub(super) fn go_to(&mut self, at: usize) {
        (self.start, self.at, self.length) = (at, at, 0);
    }

    /// Returns the byte that stands so far after the cursor, or 0 outside of the text. No detector
    /// looks for a 0.
    #[inline(never)]
    pub(super) fn byte(&self, distance: isize) -> u32 {
        byte(self.text, self.at.wrapping_add_signed(distance))
    }

    /// Returns the byte that stands so far before the start, or 0.
    #[inline(never)]
    pub(super) fn before(&self, distance: usize) -> u32 {
        byte(self.text, self.start.wrapping_sub(distance))
    }

    /// Whether the byte at the cursor is one of these.
    #[inline(never)]
    pub(super) fn is(&self, classes: u16) -> bool {
        is(self.byte(0), classes)
    }

    /// Returns what stands between the start and the cursor.
    pub(super) fn found(&self) -> &'t [u8] {
        self.text.get(self.start..self.at).unwrap_or_default()
    }

    /// Whether the cursor is at the end of the text.
    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Moves over these bytes and returns over how many.
    #[inline(never)]
    pub(super) fn skip(&mut self, classes: u16) -> usize {
        let from = self.at;
        while self.is(classes) {
            self.at += 1;
        }
        self.at - from
    }

    /// Moves the start back over these bytes, to at most so many before the cursor.
    #[inline(never)]
    pub(super) fn back(&mut self, classes: u16, most: usize) {
        let least = self.at.saturating_sub(most);
        let before = self.text.get(least..self.start).unwrap_or_default();
        let others = before.iter().rposition(|byte| !is_in(*byte, classes));
        self.start = self.start.min(least + others.map_or(0, |place| place + 1));
    }

    /// Moves the start back over this byte, or a letter for `?`, and returns whether it stands there.
    #[inline(never)]
    pub(super) fn step_back(&mut self, byte: u8) -> bool {
        let last = self.before(1);
        let found = last == u32::from(byte) || (byte == b'?' && is(last, LETTER));
        self.start -= usize::from(found);
        found
    }

    /// Whether something can begin at the start: no word goes on from before it. The letter of an
    /// escape (`\n`, `\u000a`), the digits of a percent escape (`%3D`) and the end of a terminal's
    /// colour (`[31m`) are no word.
    #[inline(never)]
    pub(super) fn begins(&self) -> bool {
        let last = self.before(1);
        let is_escape = |distance| self.before(distance) == u32::from(b'\\');
        !is(last, WORD)
            || (is_escape(2) && is(last, SMALL))
            || (is_escape(6) && self.before(5) == u32::from(b'u'))
            || (self.before(3) == u32::from(b'%') && is(last, HEX) && is(self.before(2), HEX))
            || (last == u32::from(b'm') && is(self.before(2), DIGIT))
    }

    /// Moves over a character and returns it. An escaped one (`\/`, `\u0040`, and both escaped
    /// again) is returned as what it means, if it is ASCII.
    #[inline(never)]
    pub(super) fn read(&mut self) -> u32 {
        let first = self.byte(0);
        self.at += 1;
        if first != u32::from(b'\\') {
            return first;
        }
        let after = self.at;
        while self.byte(0) == u32::from(b'\\') {
            self.at += 1;
        }
        let (high, low) = (self.byte(3), self.byte(4));
        if self.eat_any(b"u00") && is(high, HEX) && is(low, HEX) {
            self.at += 2;
            return value(high) << 4 | value(low);
        }
        if self.eat_any(b"/") {
            return u32::from(b'/');
        }
        self.at = after;
        first
    }

    /// Moves over this character, escaped or not, and returns whether it stands there.
    #[inline(never)]
    pub(super) fn eat(&mut self, char: u8) -> bool {
        let from = self.at;
        let found = self.read() == u32::from(char);
        if !found {
            self.at = from;
        }
        found
    }

    /// Moves over one of these words in any case, and returns whether one stands there.
    #[inline(never)]
    pub(super) fn eat_any(&mut self, words: &[u8]) -> bool {
        let text = self.text.get(self.at..).unwrap_or_default();
        let length = word_at(text, words, text.len());
        self.at += length;
        length > 0
    }

    /// Whether one of these words stands between the start and the cursor.
    #[inline(never)]
    pub(super) fn is_any(&self, words: &[u8]) -> bool {
        is_one(self.found(), words)
    }

    /// Whether one of these words begins in the 24 bytes before the start.
    #[inline(never)]
    pub(super) fn is_after(&mut self, words: &[u8]) -> bool {
        let (start, at) = (self.start, self.at);
        self.start = start.saturating_sub(24);
        loop {
            self.at = self.start;
            if self.start == start || (self.begins() && self.eat_any(words)) {
                break;
            }
            self.start += 1;
        }
        let found = self.start < start;
        (self.start, self.at) = (start, at);
        found
    }

    /// Reads as many characters of the alphabet as there are.
    #[inline(never)]
    pub(super) fn run(&mut self, alphabet: u16) {
        let begin = self.at;
        let mut word = 0;
        (self.digits, self.inner_capitals, self.longest_word) = (0, 0, 0);
        loop {
            let from = self.at;
            let char = self.read();
            if !is(char, alphabet) {
                self.at = from;
                // A full stop belongs to the sentence.
                while self.at > begin && self.byte(-1) == u32::from(b'.') {
                    self.at -= 1;
                }
                self.length = self.at - begin;
                self.last_word = word;
                return;
            }
            self.digits += usize::from(is(char, DIGIT));
            self.inner_capitals += usize::from(is(char, CAPITAL) && word > 0);
            word = if is(char, ALPHANUMERIC) { word + 1 } else { 0 };
            self.longest_word = self.longest_word.max(word);
        }
    }

    /// Whether the last run is no word of a language or a program: it has a digit, or many capital letters.
    #[inline(never)]
    pub(super) fn is_mixed(&self) -> bool {
        self.digits > 0 || self.inner_capitals > 3
    }

    /// Whether the last run ends with the text, perhaps because it was cut: eight characters of a
    /// key with a digit are enough then. `container-id-1` is words of a language.
    #[inline(never)]
    pub(super) fn is_cut(&self) -> bool {
        self.is_at_end()
            && self.length >= 8
            && self.digits > 0
            && (self.last_word >= 6 || self.longest_word >= 12)
    }

    /// Reads up to so many characters of a number, with up to `gap` separators between two of them.
    #[inline(never)]
    #[allow(clippy::cast_possible_truncation)] // Values in base 36 fit into a byte.
    pub(super) fn number(&mut self, alphabet: u16, most: usize, separators: u16, gap: usize) {
        let mut place = self.at;
        self.count = 0;
        while place - self.at <= gap && self.count < most {
            let char = byte(self.text, place);
            place += 1;
            if is(char, alphabet) {
                if let Some(kept) = self.values.get_mut(self.count) {
                    *kept = value(char) as u8;
                }
                self.count += 1;
                self.at = place;
            } else if !is(char, separators) {
                return;
            }
        }
    }

    /// Returns what this character of the last number means, or 0 after its end.
    #[inline(never)]
    pub(super) fn value(&self, place: usize) -> u32 {
        byte(self.values.get(..self.count).unwrap_or_default(), place)
    }

    /// Returns what some digits of the last number mean together.
    #[inline(never)]
    pub(super) fn decimal(&self, from: usize, to: usize) -> u32 {
        let mut sum = 0;
        for place in from..to.min(self.count) {
            sum = sum * 10 + self.value(place);
        }
        sum
    }
}

/// Whether this is one of these words, in any case.
#[inline(never)]
pub(super) fn is_one(text: &[u8], words: &[u8]) -> bool {
    !text.is_empty() && word_at(text, words, 0) > 0
}

/// Returns the length of the first of these words with which a text begins, in any case, and which leaves at
/// most so many bytes of it; 0 if there is none. See [`words!`].
#[inline(never)]
fn word_at(text: &[u8], words: &[u8], most_left: usize) -> usize {
    let (mut length, mut fits) = (0, true);
    for char in words.iter().chain(&[0]) {
        if *char == 0 {
            if fits && length + most_left >= text.len() {
                return length;
            }
            (length, fits) = (0, true);
        } else if fits {
            // One bit is all that small and capital letters differ in.
            let byte = text.get(length).copied().unwrap_or(0);
            fits = (char ^ byte) & !0x20 == 0;
            length += 1;
        }
    }
    0
}

/// Returns the byte at `at`, or 0 outside of the text.
#[inline(never)]
pub(super) fn byte(text: &[u8], at: usize) -> u32 {
    text.get(at).copied().map_or(0, u32::from)
}

/// Returns the value of a letter or digit in base 36.
fn value(char: u32) -> u32 {
    if char <= u32::from(b'9') {
        char - u32::from(b'0')
    } else {
        (char & 31) + 9
    }
}

/// Appends bytes. A call is smaller than what the standard library inlines.
#[inline(never)]
pub(super) fn push(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(bytes);
}
