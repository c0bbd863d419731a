//! Writes JSON without a tree.

use crate::json::text::escape;

/// Text in the making. Commas come by themselves.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    pub(crate) out: Vec<u8>,
}

impl Writer {
    /// Appends bytes as they are.
    #[inline(never)]
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.out.extend_from_slice(bytes);
        self
    }

    /// Writes a comma where one is needed: everywhere but behind an opening bracket or a colon.
    #[inline(never)]
    pub(crate) fn comma(&mut self) -> &mut Self {
        if !matches!(self.out.last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(b',');
        }
        self
    }

    /// Writes a value that is JSON already.
    #[inline(never)]
    pub(crate) fn value(&mut self, json: &[u8]) -> &mut Self {
        self.comma().raw(json)
    }

    /// Opens an array or an object.
    pub(crate) fn open(&mut self, bracket: u8) -> &mut Self {
        self.comma().raw(&[bracket])
    }

    /// Closes an array or an object.
    pub(crate) fn close(&mut self, bracket: u8) -> &mut Self {
        self.raw(&[bracket])
    }

    /// Writes a key that holds nothing to be escaped.
    #[inline(never)]
    pub(crate) fn key(&mut self, key: &str) -> &mut Self {
        self.comma().raw(b"\"").raw(key.as_bytes()).raw(b"\":")
    }

    /// Writes a string.
    #[inline(never)]
    pub(crate) fn string(&mut self, text: &[u8]) -> &mut Self {
        self.comma().raw(b"\"");
        escape(text, &mut self.out);
        self.raw(b"\"")
    }

    /// Appends the digits of a number.
    pub(crate) fn digits(&mut self, value: u64) -> &mut Self {
        push_int(value, &mut self.out);
        self
    }
}

/// Appends the digits of a number.
#[inline(never)]
pub(crate) fn push_int(value: u64, out: &mut Vec<u8>) {
    if value >= 10 {
        push_int(value / 10, out);
    }
    out.push(b'0' + u8::try_from(value % 10).unwrap_or_default());
}
