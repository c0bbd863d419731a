//! Writes JSON without a tree.

use crate::json::text::{append, escape, push};

/// Text in the making. Commas come by themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writer {
    pub(crate) out: Vec<u8>,
}

impl Writer {
    /// Appends bytes as they are.
    #[inline(never)]
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        append(&mut self.out, bytes);
        self
    }

    /// Writes a comma where one is needed: everywhere but behind an opening bracket or a colon.
    #[inline(never)]
    pub(crate) fn comma(&mut self) -> &mut Self {
        if !matches!(self.out.last(), None | Some(b'{' | b'[' | b':')) {
            push(&mut self.out, b',');
        }
        self
    }

    /// Writes a value that is JSON already.
    #[inline(never)]
    pub(crate) fn value(&mut self, json: &[u8]) -> &mut Self {
        self.comma().raw(json)
    }

    /// Opens an array or an object.
    #[inline(never)]
    pub(crate) fn open(&mut self, bracket: u8) -> &mut Self {
        self.comma().raw(&[bracket])
    }

    /// Closes an array or an object.
    #[inline(never)]
    pub(crate) fn close(&mut self, bracket: u8) -> &mut Self {
        self.raw(&[bracket])
    }

    /// Appends a quote.
    #[inline(never)]
    pub(crate) fn quote(&mut self) -> &mut Self {
        self.raw(b"\"")
    }

    /// Appends text as it is spelled between quotes.
    #[inline(never)]
    pub(crate) fn escaped(&mut self, text: &[u8]) -> &mut Self {
        escape(text, &mut self.out);
        self
    }

    /// Ends a list. Returns nothing if it has no elements.
    #[inline(never)]
    pub(crate) fn end_list(mut self) -> Vec<u8> {
        if self.out.len() > 1 {
            self.close(b']');
        } else {
            self.out.clear();
        }
        self.out
    }

    /// Writes a key that holds nothing to be escaped.
    #[inline(never)]
    pub(crate) fn key(&mut self, key: &str) -> &mut Self {
        self.spelled(key.as_bytes()).raw(b":")
    }

    /// Writes a string.
    #[inline(never)]
    pub(crate) fn string(&mut self, text: &[u8]) -> &mut Self {
        self.comma().quote().escaped(text).quote()
    }

    /// Writes a string as it is spelled between its quotes.
    #[inline(never)]
    pub(crate) fn spelled(&mut self, text: &[u8]) -> &mut Self {
        self.comma().quote().raw(text).quote()
    }

    /// Appends the digits of a number.
    pub(crate) fn digits(&mut self, value: u64) -> &mut Self {
        push_int(value, &mut self.out);
        self
    }
}

/// Returns the word for a truth value.
pub(crate) fn word_of(value: bool) -> &'static [u8] {
    if value {
        b"true"
    } else {
        b"false"
    }
}

/// Appends the digits of a number.
#[inline(never)]
pub(crate) fn push_int(value: u64, out: &mut Vec<u8>) {
    if value >= 10 {
        push_int(value / 10, out);
    }
    push(out, b'0' + u8::try_from(value % 10).unwrap_or_default());
}
