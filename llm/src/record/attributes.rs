//! The attributes of a span, in the order in which they were set.

use crate::json::Writer;

/// Keys and their values in turn, as JSON, which is how they leave the module. Nothing sets a key twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes {
    json: Writer,
}

impl Attributes {
    /// Returns keys and values with commas between them.
    pub(crate) fn pairs(&self) -> &[u8] {
        &self.json.out
    }

    /// Removes all of them.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Sets what is JSON already, unless it is empty.
    #[inline(never)]
    pub(crate) fn raw(&mut self, key: &'static [u8], json: &[u8]) {
        if !json.is_empty() {
            self.json.spelled(key).value(json);
        }
    }

    /// Sets text, unless it is empty.
    #[inline(never)]
    pub(crate) fn text(&mut self, key: &'static [u8], text: &[u8]) {
        if !text.is_empty() {
            self.json.spelled(key).string(text);
        }
    }

    /// Sets text as JSON spells it between its quotes, unless it is empty.
    #[inline(never)]
    pub(crate) fn spelled(&mut self, key: &'static [u8], text: &[u8]) {
        if !text.is_empty() {
            self.json.spelled(key).spelled(text);
        }
    }

    /// Sets a number that counts something.
    #[inline(never)]
    pub(crate) fn count(&mut self, key: &'static [u8], count: u64) {
        self.json.spelled(key).comma().digits(count);
    }
}
