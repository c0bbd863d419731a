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
    /// `bytes` of UTF-8 that came from `units` UTF-16 code units.
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
    #[inline]
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
}

/// Where the last `units` of `bytes` begin.
fn back(bytes: &[u8], units: usize) -> Result<usize, TextError> {
    let mut left = units;
    let mut at = bytes.len();
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
    fn a_pair_made_by_joining_is_noticed() {
        let mut text = Text::new("🙂".as_bytes(), 2);
        assert_eq!(text.pop(1), Err(TextError::SplitPair));
    }

    #[test]
    fn asking_for_too_much_is_an_error() {
        assert_eq!(Text::new(b"ab", 2).pop(3), Err(TextError::Short));
        assert_eq!(Text::new("é".as_bytes(), 1).pop(2), Err(TextError::Short));
    }
}
