//! The attributes of a span, in the order in which they were set.

use crate::json::{copied, Writer};

/// Keys, and values as JSON, which is how they leave the module. A key that is set again keeps its place and gets
/// the new value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes(pub(crate) Vec<(&'static [u8], Vec<u8>)>);

impl Attributes {
    /// Sets what is JSON already.
    #[inline(never)]
    pub(crate) fn set(&mut self, key: &'static [u8], json: Vec<u8>) {
        match self.0.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => *old = json,
            None => self.0.push((key, json)),
        }
    }

    /// Sets what is JSON already, unless it is empty.
    #[inline(never)]
    pub(crate) fn raw(&mut self, key: &'static [u8], json: &[u8]) {
        if !json.is_empty() {
            self.set(key, copied(json));
        }
    }

    /// Sets text, unless it is empty.
    #[inline(never)]
    pub(crate) fn text(&mut self, key: &'static [u8], text: &[u8]) {
        if !text.is_empty() {
            let mut writer = Writer::default();
            writer.string(text);
            self.set(key, writer.out);
        }
    }

    /// Sets text as JSON spells it between its quotes, unless it is empty.
    #[inline(never)]
    pub(crate) fn spelled(&mut self, key: &'static [u8], text: &[u8]) {
        if !text.is_empty() {
            let mut writer = Writer::default();
            writer.spelled(text);
            self.set(key, writer.out);
        }
    }

    /// Sets a number that counts something.
    #[inline(never)]
    pub(crate) fn count(&mut self, key: &'static [u8], count: u64) {
        let mut writer = Writer::default();
        writer.digits(count);
        self.set(key, writer.out);
    }
}
