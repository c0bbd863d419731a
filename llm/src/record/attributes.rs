//! The attributes of a span, in the order in which they were set.

use core::ops::Range;

use crate::json::Writer;

/// Keys, and their values as JSON, which is how they leave the module. Nothing sets a key twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes {
    /// Each key, and where its value stands in `json`.
    list: Vec<(&'static [u8], Range<usize>)>,
    json: Writer,
}

impl Attributes {
    /// Returns each key and its value.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static [u8], &[u8])> {
        let value = |place: &Range<usize>| self.json.out.get(place.clone());
        let pairs = self.list.iter();
        pairs.map(move |(key, place)| (*key, value(place).unwrap_or_default()))
    }

    /// Removes all of them.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns what the values take.
    pub(crate) fn bytes(&self) -> usize {
        self.json.out.len()
    }

    /// Says that everything from there on is the value of a key; nothing is no value.
    #[inline(never)]
    fn name(&mut self, key: &'static [u8], from: usize) {
        let place = from..self.json.out.len();
        if !place.is_empty() {
            self.list.push((key, place));
        }
    }

    /// Sets what is JSON already, unless it is empty.
    #[inline(never)]
    pub(crate) fn raw(&mut self, key: &'static [u8], json: &[u8]) {
        let from = self.bytes();
        self.json.raw(json);
        self.name(key, from);
    }

    /// Sets text, unless it is empty.
    #[inline(never)]
    pub(crate) fn text(&mut self, key: &'static [u8], text: &[u8]) {
        if !text.is_empty() {
            let from = self.bytes();
            self.json.quote().escaped(text).quote();
            self.name(key, from);
        }
    }

    /// Sets text as JSON spells it between its quotes, unless it is empty.
    #[inline(never)]
    pub(crate) fn spelled(&mut self, key: &'static [u8], text: &[u8]) {
        if !text.is_empty() {
            let from = self.bytes();
            self.json.quote().raw(text).quote();
            self.name(key, from);
        }
    }

    /// Sets a number that counts something.
    #[inline(never)]
    pub(crate) fn count(&mut self, key: &'static [u8], count: u64) {
        let from = self.bytes();
        self.json.digits(count);
        self.name(key, from);
    }
}
