//! The strings of a packed record, joined into one UTF-8 text and taken off its end again.
//!
//! JavaScript counts UTF-16 code units, UTF-8 has bytes. Where both are equal the text is ASCII
//! and a count is an offset; elsewhere the characters are walked.

/// Why strings could not be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextError {
    /// The counts ask for more text than there is.
    Short,
    /// Two strings met in the middle of a surrogate pair: one ended in a lone high half and the
    /// next began with a lone low one, and joined they became a character of their own.
    SplitPair,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    bytes: &'a [u8],
    ascii: bool,
}

impl<'a> Text<'a> {
    /// Creates the text of `bytes` of UTF-8 that came from `units` UTF-16 code units.
    pub(crate) fn new(bytes: &'a [u8], units: usize) -> Self {
        Self {
            bytes,
            ascii: bytes.len() == units,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes the last `units` off the end.
    #[inline(always)]
    pub(crate) fn pop(&mut self, units: usize) -> Result<&'a [u8], TextError> {
        let at = if self.ascii {
            self.bytes
                .len()
                .checked_sub(units)
                .ok_or(TextError::Short)?
        } else {
            back(self.bytes, units)?
        };
        let (rest, taken) = self.bytes.split_at_checked(at).ok_or(TextError::Short)?;
        self.bytes = rest;
        Ok(taken)
    }

    /// Takes two that follow each other, in the order in which they stand.
    #[inline(always)]
    pub(crate) fn pop_two(
        &mut self,
        first: usize,
        second: usize,
    ) -> Result<(&'a [u8], &'a [u8]), TextError> {
        let second = self.pop(second)?;
        Ok((self.pop(first)?, second))
    }
}

/// Returns where the last `units` of `bytes` begin.
#[inline(never)]
fn back(bytes: &[u8], units: usize) -> Result<usize, TextError> {
    // Keys are ASCII even where values are not.
    let straight = bytes.len().checked_sub(units).ok_or(TextError::Short)?;
    if bytes.get(straight..).is_some_and(is_ascii) {
        return Ok(straight);
    }
    let mut left = units;
    let mut at = bytes.len();
    // Eight bytes are at most eight units: while more are left, no character can end the string.
    while left > 8 {
        let Some(word) = bytes.get(..at).and_then(<[u8]>::last_chunk) else {
            break;
        };
        // Text that is not UTF-8 may have more; byte by byte the walk ends all the same.
        let Some(rest) = left.checked_sub(units_of(u64::from_le_bytes(*word))) else {
            break;
        };
        left = rest;
        at -= 8;
    }
    while left > 0 {
        at = at.checked_sub(1).ok_or(TextError::Short)?;
        match bytes.get(at).copied().unwrap_or_default() {
            0x80..=0xbf => {}
            0xf0.. => left = left.checked_sub(2).ok_or(TextError::SplitPair)?,
            _ => left -= 1,
        }
    }
    Ok(at)
}

/// The top bit of each of eight bytes.
const TOPS: u64 = 0x8080_8080_8080_8080;

/// Counts the units of the characters whose first bytes are among these eight.
#[inline]
fn units_of(word: u64) -> usize {
    let continued = word & !(word << 1) & TOPS;
    let pairs = word & word << 1 & word << 2 & word << 3 & TOPS;
    8 + pairs.count_ones() as usize - continued.count_ones() as usize
}

#[inline]
fn is_ascii(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let bits = words
        .iter()
        .fold(0, |bits, word| bits | u64::from_le_bytes(*word));
    bits & TOPS == 0 && rest.iter().all(u8::is_ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> usize {
        text.encode_utf16().count()
    }

    #[test]
    fn strings_come_off_in_reverse() {
        for parts in [["ab", "", "cde"], ["é", "日本", "x"], ["🙂", "a🙂b", "ß"]] {
            let joined = parts.concat();
            let mut text = Text::new(joined.as_bytes(), units(&joined));
            for part in parts.iter().rev() {
                assert_eq!(text.pop(units(part)), Ok(part.as_bytes()));
            }
            assert!(text.is_empty());
        }
    }

    #[test]
    fn what_is_no_utf8_is_an_error_or_a_piece() {
        for byte in [0x80, 0xbf, 0xc3, 0xf0, 0xff] {
            let noise = [byte; 24];
            for units in 0..=24 {
                let mut text = Text::new(&noise, 25);
                if let Ok(taken) = text.pop(units) {
                    assert!(taken.len() >= units.div_ceil(2));
                }
            }
        }
    }

    #[test]
    fn a_pair_made_by_joining_is_noticed() {
        let mut text = Text::new("🙂".as_bytes(), 2);
        assert_eq!(text.pop(1), Err(TextError::SplitPair));
    }

    #[test]
    fn long_strings_are_counted_as_the_characters_they_are() {
        let kinds = ["a", "é", "日", "🙂"];
        for number in 0..4_usize.pow(6) {
            let pick = |place: u32| kinds[number / 4_usize.pow(place) % 4];
            let front: String = (0..6).map(pick).collect();
            let joined = front.clone() + &front + &front;
            for (cut, _) in joined.char_indices() {
                let (head, tail) = joined.split_at(cut);
                let mut text = Text::new(joined.as_bytes(), units(&joined));
                assert_eq!(text.pop(units(tail)), Ok(tail.as_bytes()));
                assert_eq!(text.pop(units(head)), Ok(head.as_bytes()));
            }
        }
    }

    #[test]
    fn a_string_begins_at_a_character_wherever_its_words_of_eight_bytes_begin() {
        // The word in the middle begins with half of "é" and ends with a quarter of the smile.
        let all = "éaaaaaa🙂bbbbb";
        let mut text = Text::new(all.as_bytes(), units(all));
        assert_eq!(text.pop(13), Ok("aaaaaa🙂bbbbb".as_bytes()));
        assert_eq!(text.pop(1), Ok("é".as_bytes()));
    }

    #[test]
    fn a_pair_is_split_wherever_it_stands() {
        for before in 0..20 {
            for behind in 0..20 {
                let joined = "日".repeat(before) + "🙂" + &"é".repeat(behind);
                let mut text = Text::new(joined.as_bytes(), units(&joined));
                assert_eq!(text.pop(behind + 1), Err(TextError::SplitPair));
            }
        }
    }

    #[test]
    fn asking_for_too_much_is_an_error() {
        assert_eq!(Text::new(b"ab", 2).pop(3), Err(TextError::Short));
        assert_eq!(Text::new("é".as_bytes(), 1).pop(2), Err(TextError::Short));
    }
}
