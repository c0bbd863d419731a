//! The memory of encoded spans: chunks in rows, oldest first.
//!
//! An open chunk fills from its end towards its front, so its newest span stands first. Sealing makes
//! a request body of it: the header, and the spans in the order in which they ended. This file knows
//! bytes and order; `span_buffer` decides what is dropped, and the room `delivery` what is sent.

use crate::buffer::table::{Row, FREE, NONE, OPEN, SEALED};
use crate::encode::protobuf::Writer;
use crate::encode::{next_span, reverse_spans, Header};

#[derive(Debug)]
pub(crate) struct Chunks {
    rows: Vec<Row>,
    buffers: Vec<Vec<u8>>,
    free: Vec<usize>,
    oldest: usize,
    newest: usize,
    allocated: usize,
    spans: usize,
    header: Header,
}

impl Chunks {
    pub(crate) fn new(resource: Vec<u8>, scope: Vec<u8>) -> Self {
        Self {
            rows: Vec::new(),
            buffers: Vec::new(),
            free: Vec::new(),
            oldest: NONE,
            newest: NONE,
            allocated: 0,
            spans: 0,
            header: Header::new(resource, scope),
        }
    }

    /// Returns the most bytes that a request header can take.
    pub(crate) fn header_room(&self) -> usize {
        self.header.bound()
    }

    /// Returns the bytes of all buffers, used or not.
    pub(crate) fn allocated(&self) -> usize {
        self.allocated
    }

    /// Counts the spans in all chunks.
    pub(crate) fn spans(&self) -> usize {
        self.spans
    }

    pub(crate) fn oldest(&self) -> usize {
        self.oldest
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(crate) fn row(&self, slot: usize) -> Option<&Row> {
        self.rows.get(slot).filter(|row| row.state != FREE)
    }

    /// Returns a row to change fields that the checksum does not cover.
    pub(crate) fn row_mut(&mut self, slot: usize) -> Option<&mut Row> {
        self.rows.get_mut(slot).filter(|row| row.state != FREE)
    }

    /// Changes a row and signs it.
    #[inline]
    pub(crate) fn edit(&mut self, slot: usize, change: impl FnOnce(&mut Row)) {
        if let Some(row) = self.rows.get_mut(slot) {
            change(row);
            row.sign();
        }
    }

    /// Returns the chunks, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Row)> {
        self.iter_from(self.oldest)
    }

    /// Returns the chunk at `slot` and those that are newer, oldest first.
    pub(crate) fn iter_from(&self, mut slot: usize) -> impl Iterator<Item = (usize, &Row)> {
        core::iter::from_fn(move || {
            let row = self.row(slot)?;
            let here = slot;
            slot = row.newer;
            Some((here, row))
        })
    }

    /// Returns the content of a chunk.
    #[inline]
    pub(crate) fn content(&self, slot: usize) -> Option<&[u8]> {
        self.buffers.get(slot)?.get(self.row(slot)?.start..)
    }

    /// Opens a chunk behind all others; `None` if there is no memory.
    pub(crate) fn open(
        &mut self,
        destination: usize,
        sequence: u32,
        capacity: usize,
    ) -> Option<usize> {
        let buffer = zeroed(capacity)?;
        let mut row = Row::free();
        row.state = OPEN;
        row.destination = destination;
        row.sequence = sequence;
        row.start = buffer.len();
        Some(self.insert_newest(row, buffer))
    }

    /// Inserts a chunk behind all others.
    pub(crate) fn insert_newest(&mut self, row: Row, buffer: Vec<u8>) -> usize {
        self.insert(row, buffer, self.newest)
    }

    /// Inserts a chunk right behind `after` in the order.
    pub(crate) fn insert(&mut self, mut row: Row, buffer: Vec<u8>, after: usize) -> usize {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.rows.push(Row::free());
            self.buffers.push(Vec::new());
            // Releasing a chunk must never need memory.
            self.free.reserve(self.rows.len());
            self.rows.len() - 1
        });
        self.allocated += buffer.capacity();
        self.spans += row.spans;
        row.data = buffer.as_ptr() as usize;
        row.capacity = buffer.len();
        row.older = after;
        row.newer = self.row(after).map_or(self.oldest, |older| older.newer);
        let newer = row.newer;
        row.sign();
        if let Some(place) = self.rows.get_mut(slot) {
            *place = row;
        }
        if let Some(place) = self.buffers.get_mut(slot) {
            *place = buffer;
        }
        self.link(after, slot);
        self.link(slot, newer);
        slot
    }

    /// Releases a chunk and its memory. Returns how many spans it held.
    pub(crate) fn release(&mut self, slot: usize) -> usize {
        let Some(row) = self.row(slot) else { return 0 };
        let (older, newer, spans) = (row.older, row.newer, row.spans);
        self.link(older, newer);
        self.edit(slot, |row| *row = Row::free());
        if let Some(buffer) = self.buffers.get_mut(slot) {
            self.allocated -= buffer.capacity();
            *buffer = Vec::new();
        }
        self.spans -= spans;
        self.free.push(slot);
        spans
    }

    fn link(&mut self, older: usize, newer: usize) {
        if older == NONE {
            self.oldest = newer;
        } else {
            self.edit(older, |row| row.newer = newer);
        }
        if newer == NONE {
            self.newest = older;
        } else {
            self.edit(newer, |row| row.older = older);
        }
    }

    /// Returns a writer in front of a chunk's content and of the `unfinished` bytes before it, and
    /// where the content begins.
    #[inline]
    pub(crate) fn writer(&mut self, slot: usize, unfinished: usize) -> Option<(Writer<'_>, usize)> {
        let start = self.row(slot)?.start;
        let buffer = self.buffers.get_mut(slot)?;
        Some((Writer::new(buffer, start.checked_sub(unfinished)?), start))
    }

    /// Counts what was written down to `start` as one more span. Returns how many the chunk has
    /// now.
    #[inline]
    pub(crate) fn commit(&mut self, slot: usize, start: usize) -> usize {
        let Some(row) = self.rows.get_mut(slot) else {
            return 0;
        };
        row.start = start;
        row.spans += 1;
        row.sign_filled();
        self.spans += 1;
        row.spans
    }

    /// Copies the bytes of an unfinished span out of the chunk.
    pub(crate) fn unfinished(&self, slot: usize, bytes: usize) -> Vec<u8> {
        let found = self.row(slot).and_then(|row| {
            let begin = row.start.checked_sub(bytes)?;
            self.buffers.get(slot)?.get(begin..row.start)
        });
        found.map(<[u8]>::to_vec).unwrap_or_default()
    }

    /// Moves an open chunk to a larger buffer, unfinished bytes included. Returns false, and
    /// changes nothing, if there is no memory.
    pub(crate) fn grow(&mut self, slot: usize, capacity: usize, unfinished: usize) -> bool {
        let Some(row) = self.row(slot) else {
            return false;
        };
        let from = row.start.saturating_sub(unfinished);
        let start = row.start + capacity.saturating_sub(row.capacity);
        let Some(buffer) = self.buffers.get_mut(slot) else {
            return false;
        };
        let content = buffer.get(from..).unwrap_or_default();
        let Some(mut larger) = zeroed(capacity) else {
            return false;
        };
        let room = capacity.checked_sub(content.len());
        let Some(room) = room.and_then(|at| larger.get_mut(at..)) else {
            return false;
        };
        room.copy_from_slice(content);
        self.allocated = self.allocated - buffer.capacity() + larger.capacity();
        let data = larger.as_ptr() as usize;
        // Until the row names the new buffer, a reader of the table must find the old one.
        let old = core::mem::replace(buffer, larger);
        self.edit(slot, |row| {
            row.data = data;
            row.capacity = capacity;
            row.start = start;
        });
        drop(old);
        true
    }

    /// Makes an open chunk a complete request body, its spans in the order in which they ended. The
    /// body is a copy of `free` bytes at most, exactly as large as it must be. Where that is too
    /// little, the chunk is rearranged in place.
    pub(super) fn seal(&mut self, slot: usize, free: usize) {
        let Some(row) = self.row(slot).filter(|row| row.state == OPEN) else {
            return;
        };
        let (bytes, spans) = (row.bytes(), row.spans);
        let content = self.content(slot).unwrap_or_default();
        let fits = bytes + self.header_room() <= free;
        let body = fits.then(|| self.body_of_newest_first(content, spans));
        let Some((body, header)) = body.flatten() else {
            return self.seal_in_place(slot);
        };
        let Some(buffer) = self.buffers.get_mut(slot) else {
            return;
        };
        self.allocated = self.allocated - buffer.capacity() + body.capacity();
        let (data, capacity) = (body.as_ptr() as usize, body.len());
        // Until the row names the new buffer, a reader of the table must find the old one.
        let old = core::mem::replace(buffer, body);
        self.edit(slot, |row| {
            row.state = SEALED;
            row.data = data;
            row.capacity = capacity;
            row.header = header;
            row.start = 0;
        });
        drop(old);
    }

    #[cold]
    #[inline(never)]
    fn seal_in_place(&mut self, slot: usize) {
        let Some(row) = self.row(slot) else { return };
        let (spans_start, capacity) = (row.start, row.capacity);
        let Some(buffer) = self.buffers.get_mut(slot) else {
            return;
        };
        reverse_spans(buffer.get_mut(spans_start..).unwrap_or_default());
        let mut writer = Writer::new(buffer, spans_start);
        self.header.write(&mut writer, capacity);
        let start = writer.position();
        self.edit(slot, |row| {
            row.state = SEALED;
            row.start = start;
            row.header = spans_start - start;
        });
        self.tighten(slot);
    }

    /// Gives back what a sealed chunk does not need: moves the content to the front of the buffer and
    /// cuts off the rest.
    fn tighten(&mut self, slot: usize) {
        let Some(row) = self.row(slot) else { return };
        let (start, len) = (row.start, row.bytes());
        let Some(buffer) = self.buffers.get_mut(slot) else {
            return;
        };
        let before = buffer.capacity();
        buffer.copy_within(start.., 0);
        buffer.truncate(len);
        buffer.shrink_to_fit();
        self.allocated = self.allocated - before + buffer.capacity();
        let data = buffer.as_ptr() as usize;
        self.edit(slot, |row| {
            row.data = data;
            row.capacity = len;
            row.start = 0;
        });
    }

    /// Returns a request body of these encoded spans, oldest first, and the bytes of its header.
    pub(crate) fn body_of(&self, spans: &[u8]) -> Option<(Vec<u8>, usize)> {
        self.body_with(spans.len(), &|body| body.extend_from_slice(spans))
    }

    /// Returns the same of encoded spans that stand newest first, as in an open chunk. Bytes that are
    /// no spans stay as they are, in front.
    pub(crate) fn body_of_newest_first(
        &self,
        encoded: &[u8],
        spans: usize,
    ) -> Option<(Vec<u8>, usize)> {
        let mut ends = numbers(spans)?;
        let mut rest = encoded;
        for end in &mut ends {
            let _ = next_span(&mut rest);
            *end = encoded.len() - rest.len();
        }
        self.body_with(encoded.len(), &|body| {
            let mut newer = encoded;
            for end in ends.iter().rev() {
                let (before, part) = newer.split_at_checked(*end).unwrap_or_default();
                body.extend_from_slice(part);
                newer = before;
            }
            body.extend_from_slice(newer);
        })
    }

    /// Returns the same of the `bytes` of encoded spans that `append` appends.
    pub(crate) fn body_with(
        &self,
        bytes: usize,
        append: &dyn Fn(&mut Vec<u8>),
    ) -> Option<(Vec<u8>, usize)> {
        let mut header = zeroed(self.header.bytes(bytes))?;
        let len = header.len();
        // The spans are not there yet, but the header counts them.
        let mut writer = Writer::new(&mut header, len);
        self.header.write(&mut writer, len + bytes);
        let mut body = Vec::new();
        body.try_reserve_exact(len + bytes).ok()?;
        body.extend_from_slice(&header);
        append(&mut body);
        Some((body, len))
    }
}

/// Returns memory for so many numbers, or `None` where there is no more.
fn numbers(len: usize) -> Option<Vec<usize>> {
    Vec::<usize>::new().try_reserve_exact(len).ok()?;
    Some(vec![0; len])
}

/// Returns zeroed memory, or `None` where there is no more.
pub(crate) fn zeroed(capacity: usize) -> Option<Vec<u8>> {
    // Asks first, so that a lack of memory is an answer and not a trap. `vec!` then gets the same
    // memory without writing what is zero already.
    Vec::<u8>::new().try_reserve_exact(capacity).ok()?;
    Some(vec![0; capacity])
}
