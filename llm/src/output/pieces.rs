//! Pieces of output, sorted by choice, by item of the choice and by kind. Their text is kept as it is spelled
//! in JSON.
//!
//! A kind is a letter, as templates name it: `a` arguments, `c` citations, `f` why it finished, `h` thinking,
//! `i` id, `j` JSON that is written as it is, `k` the other id of a call, `m` model, `n` name, `r` role,
//! `s` service tier, `t` text, `u` refusal, `w` a whole choice as it came, `x` transcript, `y` type.
//! Item 0 of a choice is its message.

use crate::json::append;

/// The choice that holds what concerns the whole answer.
pub(crate) const META: u16 = u16::MAX;

/// Pieces of one answer, at most.
const MAX_PIECES: usize = 4096;

#[derive(Debug)]
struct Piece {
    key: u64,
    text: Vec<u8>,
}

/// The pieces of an answer.
#[derive(Debug)]
pub(crate) struct Pieces {
    list: Vec<Piece>,
    /// The piece that grew last: the next one is most often the same.
    last: usize,
    /// Bytes that may still be kept.
    pub(crate) room: usize,
    /// Bytes that may be kept at the moment, because of what others keep.
    pub(crate) allowed: usize,
    /// Whether something was left out because there was no room.
    pub(crate) cut: bool,
}

fn key(choice: u16, item: u32, kind: u8) -> u64 {
    u64::from(choice) << 40 | u64::from(item) << 8 | u64::from(kind)
}

impl Pieces {
    pub(crate) fn new(room: usize) -> Self {
        Self {
            list: Vec::new(),
            last: 0,
            room,
            allowed: room,
            cut: false,
        }
    }

    /// Returns where a key stands, or belongs.
    #[inline(never)]
    fn place(&self, key: u64) -> usize {
        self.list.partition_point(|piece| piece.key < key)
    }

    /// Appends to a piece.
    #[inline(never)]
    pub(crate) fn add(&mut self, choice: u16, item: u32, kind: u8, more: &[u8]) {
        if more.is_empty() {
            return;
        }
        if self.room.min(self.allowed) < more.len() || self.list.len() >= MAX_PIECES {
            self.cut = true;
            return;
        }
        self.room -= more.len();
        self.allowed -= more.len();
        let key = key(choice, item, kind);
        let is = |place: usize| self.list.get(place).is_some_and(|piece| piece.key == key);
        if !is(self.last) {
            self.last = self.place(key);
            if self
                .list
                .get(self.last)
                .is_none_or(|piece| piece.key != key)
            {
                let text = Vec::new();
                self.list.insert(self.last, Piece { key, text });
            }
        }
        if let Some(piece) = self.list.get_mut(self.last) {
            append(&mut piece.text, more);
        }
    }

    /// Replaces a piece, unless the new text is empty.
    #[inline(never)]
    pub(crate) fn set(&mut self, choice: u16, item: u32, kind: u8, text: &[u8]) {
        if text.is_empty() || self.text(choice, item, kind) == text {
            return;
        }
        let place = self.place(key(choice, item, kind));
        if let Some(piece) = self.list.get_mut(place) {
            if piece.key == key(choice, item, kind) {
                self.room += piece.text.len();
                piece.text.clear();
            }
        }
        self.add(choice, item, kind, text);
    }

    /// Returns a piece, or nothing.
    #[inline(never)]
    pub(crate) fn text(&self, choice: u16, item: u32, kind: u8) -> &[u8] {
        let key = key(choice, item, kind);
        match self.list.get(self.place(key)) {
            Some(piece) if piece.key == key => &piece.text,
            _ => &[],
        }
    }

    /// Removes an item of the first choice.
    pub(crate) fn remove_item(&mut self, item: u32) {
        self.remove(key(0, item, 0), key(0, item, u8::MAX));
    }

    /// Removes all items of all choices but what concerns the whole answer.
    pub(crate) fn remove_choices(&mut self) {
        self.remove(0, key(META, 0, 0));
    }

    #[inline(never)]
    fn remove(&mut self, from: u64, to: u64) {
        let places = self.place(from)..self.place(to);
        for piece in self.list.drain(places) {
            self.room += piece.text.len();
        }
    }

    /// Returns the first choice from this one on, and its first item from this one on.
    #[inline(never)]
    pub(crate) fn next(&self, choice: u16, item: u32) -> Option<(u16, u32)> {
        let key = self.list.get(self.place(key(choice, item, 0)))?.key;
        let choice = u16::try_from(key >> 40).ok()?;
        let item = u32::try_from(key >> 8 & u64::from(u32::MAX)).ok()?;
        (choice != META).then_some((choice, item))
    }

    /// Returns the last item of a choice; 0 if it has none.
    #[inline(never)]
    pub(crate) fn last_item(&self, choice: u16) -> u32 {
        let place = self.place(key(choice, u32::MAX, u8::MAX));
        let last = place.checked_sub(1).and_then(|place| self.list.get(place));
        let key = last.map_or(0, |piece| piece.key);
        if key >> 40 == u64::from(choice) {
            u32::try_from(key >> 8 & u64::from(u32::MAX)).unwrap_or_default()
        } else {
            0
        }
    }

    /// Returns each choice.
    pub(crate) fn choices(&self) -> impl Iterator<Item = u16> + '_ {
        let mut from = Some(0);
        core::iter::from_fn(move || {
            let (choice, _) = self.next(from?, 0)?;
            from = choice.checked_add(1);
            Some(choice)
        })
    }

    /// Returns each item of a choice from this one on.
    pub(crate) fn items(&self, choice: u16, from: u32) -> impl Iterator<Item = u32> + '_ {
        let mut from = Some(from);
        core::iter::from_fn(move || {
            let (found, item) = self.next(choice, from?)?;
            from = item.checked_add(1);
            (found == choice).then_some(item)
        })
    }
}
