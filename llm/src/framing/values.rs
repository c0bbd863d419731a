//! JSON values behind each other: one document, an array of them that arrives element by element, or
//! one in each line.

use crate::json::{is_blank, Sieve};

/// Finds where values end: by their brackets, or by the end of their line.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// Whether each line is a value.
    pub(crate) lines: bool,
    /// Whether the values are the elements of an array.
    pub(crate) array: bool,
    /// Whether the array has ended.
    pub(crate) closed: bool,
}

impl Values {
    /// Takes bytes up to the end of a value. Returns what is left behind it.
    #[inline(never)]
    pub(crate) fn push<'b>(&mut self, bytes: &'b [u8], sieve: &mut Sieve) -> Option<&'b [u8]> {
        let mut rest = bytes;
        while let [byte, tail @ ..] = rest {
            if sieve.is_empty() && (is_blank(*byte) || *byte == b',') {
                rest = tail;
                continue;
            }
            if self.array && sieve.is_empty() && matches!(byte, b'[' | b']') {
                self.closed |= *byte == b']';
                rest = tail;
                continue;
            }
            let end = if self.lines {
                rest.iter().position(|byte| *byte == b'\n')
            } else {
                None
            };
            let (line, behind) = rest
                .split_at_checked(end.unwrap_or(rest.len()))
                .unwrap_or((rest, &[]));
            let (taken, ended) = sieve.push(line);
            rest = rest.get(taken..).unwrap_or_default();
            if ended || (rest.len() == behind.len() && end.is_some()) {
                return Some(rest);
            }
        }
        None
    }
}
