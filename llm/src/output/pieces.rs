//! Pieces of output, sorted by choice, by item of the choice and by kind. Their text is kept as it is spelled
//! in JSON.
//!
//! A kind is a letter, as templates name it: `a` arguments, `c` citations, `f` why it finished, `h` thinking,
//! `i` id, `j` JSON that is written as it is, `k` the other id of a call, `m` model, `n` name, `r` role,
//! `s` service tier, `t` text, `u` refusal, `w` a whole choice as it came, `x` transcript, `y` type.
//! Item 0 of a choice is its message.

use crate::json::append;

/// A place in the output: a choice, and an item of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At(u64);

impl At {
    /// The place of what concerns the whole answer.
    pub(crate) const META: Self = Self::item(u16::MAX, 0);

    pub(crate) const fn item(choice: u16, item: u32) -> Self {
        Self((choice as u64) << 32 | item as u64)
    }

    /// Returns the place of the message of a choice.
    pub(crate) const fn message(choice: u16) -> Self {
        Self::item(choice, 0)
    }

    pub(crate) fn choice(self) -> u16 {
        u16::try_from(self.0 >> 32).unwrap_or(u16::MAX)
    }

    /// Returns the number of the item; 0 for the message.
    pub(crate) fn number(self) -> u32 {
        u32::try_from(self.0 & u64::from(u32::MAX)).unwrap_or_default()
    }

    /// Returns the place of the message of the same choice.
    pub(crate) fn above(self) -> Self {
        Self(self.0 >> 32 << 32)
    }

    /// Returns the place of another item of the same choice.
    pub(crate) fn other(self, item: u32) -> Self {
        Self(self.above().0 | u64::from(item))
    }

    /// Returns the place behind.
    fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// Returns the message of the choice behind.
    fn next_choice(self) -> Self {
        Self(self.above().0 + (1 << 32))
    }
}

/// Pieces of one answer, at most.
const MAX_PIECES: usize = 4096;

#[derive(Debug)]
struct Piece {
    /// Place and kind.
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

fn key(at: At, kind: u8) -> u64 {
    at.0 << 8 | u64::from(kind)
}

impl Pieces {
    pub(crate) const fn new(room: usize) -> Self {
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
    pub(crate) fn add(&mut self, at: At, kind: u8, more: &[u8]) {
        if more.is_empty() {
            return;
        }
        if self.room.min(self.allowed) < more.len() || self.list.len() >= MAX_PIECES {
            self.cut = true;
            return;
        }
        self.room -= more.len();
        self.allowed -= more.len();
        let key = key(at, kind);
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
    pub(crate) fn set(&mut self, at: At, kind: u8, text: &[u8]) {
        if text.is_empty() || self.text(at, kind) == text {
            return;
        }
        let place = self.place(key(at, kind));
        if let Some(piece) = self.list.get_mut(place) {
            if piece.key == key(at, kind) {
                self.room += piece.text.len();
                piece.text.clear();
            }
        }
        self.add(at, kind, text);
    }

    /// Returns a piece, or nothing.
    #[inline(never)]
    pub(crate) fn text(&self, at: At, kind: u8) -> &[u8] {
        let key = key(at, kind);
        match self.list.get(self.place(key)) {
            Some(piece) if piece.key == key => &piece.text,
            _ => &[],
        }
    }

    /// Whether there is such a piece.
    #[inline(never)]
    pub(crate) fn has(&self, at: At, kind: u8) -> bool {
        !self.text(at, kind).is_empty()
    }

    /// Removes an item of the first choice.
    pub(crate) fn remove_item(&mut self, item: u32) {
        let at = At::item(0, item);
        self.remove(at, at.next());
    }

    /// Removes all items of all choices but what concerns the whole answer.
    pub(crate) fn remove_choices(&mut self) {
        self.remove(At::message(0), At::META);
    }

    #[inline(never)]
    fn remove(&mut self, from: At, to: At) {
        let places = self.place(key(from, 0))..self.place(key(to, 0));
        // The last first: little is behind it to be moved.
        for place in places.rev() {
            self.room += self.list.remove(place).text.len();
        }
    }

    /// Returns the first place from this one on; [`At::META`] if there is none.
    #[inline(never)]
    fn next(&self, from: At) -> At {
        let piece = self.list.get(self.place(key(from, 0)));
        piece.map_or(At::META, |piece| At(piece.key >> 8))
    }

    /// Whether there is any choice.
    pub(crate) fn has_choices(&self) -> bool {
        self.next(At::message(0)) < At::META
    }

    /// Returns the last item of a choice; 0 if it has none.
    #[inline(never)]
    pub(crate) fn last_item(&self, choice: At) -> u32 {
        let place = self.place(key(choice.next_choice(), 0));
        let last = place.checked_sub(1).and_then(|place| self.list.get(place));
        let at = At(last.map_or(0, |piece| piece.key >> 8));
        if at.above() == choice.above() {
            at.number()
        } else {
            0
        }
    }

    /// Returns the message of each choice.
    pub(crate) fn choices(&self) -> impl Iterator<Item = At> + '_ {
        let mut from = At::message(0);
        core::iter::from_fn(move || {
            let choice = self.next(from).above();
            from = choice.next_choice();
            (choice < At::META).then_some(choice)
        })
    }

    /// Returns each item of a choice from this one on.
    pub(crate) fn items(&self, from: At) -> impl Iterator<Item = At> + '_ {
        let choice = from.above();
        let mut from = from;
        core::iter::from_fn(move || {
            let item = self.next(from);
            from = item.next();
            (item.above() == choice).then_some(item)
        })
    }
}
