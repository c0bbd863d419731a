//! Growing chunks: finds or makes a chunk that can take what is about to be written.

use crate::buffer::destinations::DestinationId;
use crate::buffer::ledger::DropReason;
use crate::buffer::span_buffer::{SpanBuffer, FIRST_CHUNK_BYTES};
use crate::buffer::table::{Row, NONE, OPEN};

/// A busy program's next chunk starts with what the last full one took, up to this. The end of a
/// batch may be far, and what a chunk leaves when it grows is where the next one begins.
const LARGEST_FIRST_CHUNK_BYTES: usize = 2 << 20;

/// Up to here a chunk grows by large steps: it is copied seldom, and little is left behind.
const SMALL_BYTES: usize = 256 << 10;

impl SpanBuffer {
    /// Returns a chunk with `need` free bytes in front of the unfinished span, which moves along.
    #[inline]
    pub(super) fn make_room(&mut self, need: usize) -> Result<usize, DropReason> {
        let destination = DestinationId(self.unfinished.destination);
        let open = self.destinations.open(destination);
        if self.fits(open, need) {
            return Ok(open);
        }
        self.find_room(need, destination, open)
    }

    #[cold]
    #[inline(never)]
    fn find_room(
        &mut self,
        need: usize,
        destination: DestinationId,
        open: usize,
    ) -> Result<usize, DropReason> {
        if self.grows(open, need) {
            return Ok(open);
        }
        let carried = self.chunks.unfinished(open, self.unfinished.bytes);
        if carried.len() != self.unfinished.bytes {
            return Err(DropReason::Malformed);
        }
        let least = self.chunks.header_room() + carried.len() + need;
        self.close_full_chunk(destination);
        let wanted = self
            .next_chunk_bytes
            .min(self.limits.max_queue_bytes / 4)
            .max(least);
        let capacity = loop {
            let free = self
                .limits
                .max_queue_bytes
                .saturating_sub(self.chunks.allocated());
            // The first spans of other destinations need room, too.
            if wanted <= free / 2 {
                break wanted;
            }
            if least <= free {
                break least;
            }
            if !self.evict_oldest() {
                return Err(DropReason::QueueFull);
            }
        };
        // Where memory runs out, there may still be enough for this one span.
        let opened = self
            .chunks
            .open(destination.0, self.sequence, capacity)
            .or_else(|| self.chunks.open(destination.0, self.sequence, least));
        let slot = opened.ok_or(DropReason::QueueFull)?;
        self.sequence = self.sequence.wrapping_add(1);
        self.destinations.set_open(destination, slot);
        if let Some((mut writer, _)) = self.chunks.writer(slot, 0) {
            writer.bytes(&carried);
        }
        self.publish();
        Ok(slot)
    }

    /// Whether the open chunk may take `need` more bytes in one request, and has them.
    #[inline]
    fn fits(&self, slot: usize, need: usize) -> bool {
        self.chunks.row(slot).is_some_and(|row| {
            let least = self.unfinished.bytes + need + self.chunks.header_room();
            let body = row.bytes() + least;
            body <= self.limits.max_export_batch_size_bytes && least <= row.start
        })
    }

    /// Grows the open chunk, if one request may be that large and memory allows.
    fn grows(&mut self, slot: usize, need: usize) -> bool {
        let Some(row) = self.chunks.row(slot) else {
            return false;
        };
        let unfinished = self.unfinished.bytes;
        let least = row.bytes() + unfinished + need + self.chunks.header_room();
        if least > self.limits.max_export_batch_size_bytes {
            return false;
        }
        let free = self
            .limits
            .max_queue_bytes
            .saturating_sub(self.chunks.allocated());
        // Growing by little would mean copying again and again.
        let step = row.capacity + row.capacity / 8;
        let most = self.limits.max_export_batch_size_bytes;
        let wanted = self.larger(row).max(step).min(most).max(least);
        let capacity = wanted.min(free);
        let worth_it = capacity == wanted || capacity >= least.max(step);
        worth_it && self.chunks.grow(slot, capacity, unfinished)
    }

    /// Returns the capacity that a full open chunk should grow to: all that its batch will take, if
    /// the spans stay as large as they are and that is not far; otherwise a few times what it has
    /// now. The memory that it leaves is free for others, but is not given back to the host.
    fn larger(&self, row: &Row) -> usize {
        let limits = &self.limits;
        let mean = row.bytes().checked_div(row.spans);
        let batch = mean.map_or(usize::MAX, |mean| {
            mean.saturating_mul(limits.max_export_batch_size)
                .saturating_add(self.chunks.header_room())
        });
        let most = limits.max_export_batch_size_bytes;
        let times = if row.capacity < SMALL_BYTES { 4 } else { 2 };
        if batch.min(most) / 8 <= row.capacity {
            with_margin(batch).min(most)
        } else {
            row.capacity * times
        }
    }

    /// Closes a chunk because it is full: the next one of a busy program starts as large.
    #[cold]
    #[inline(never)]
    pub(super) fn close_full_chunk(&mut self, destination: DestinationId) {
        let used = self.used(destination);
        if used > 0 {
            self.expect(with_margin(used));
            self.full = true;
        }
        self.close_chunk(destination);
    }

    /// Closes all chunks because somebody sends them: the next ones may take less.
    pub(super) fn close_all_chunks(&mut self) {
        let mut used = 0;
        let mut slot = self.chunks.oldest();
        while let Some(row) = self.chunks.row(slot) {
            let (state, id) = (row.state, DestinationId::of(row));
            slot = row.newer;
            if state == OPEN {
                used = used.max(self.used(id));
                self.close_chunk(id);
            }
        }
        if used > 0 {
            self.expect(with_margin(used / 2));
        }
    }

    /// Returns the bytes of the spans in the open chunk.
    #[inline]
    fn used(&self, destination: DestinationId) -> usize {
        let open = self.chunks.row(self.destinations.open(destination));
        open.map_or(0, Row::bytes)
    }

    fn expect(&mut self, bytes: usize) {
        let most = LARGEST_FIRST_CHUNK_BYTES.min(self.limits.max_export_batch_size_bytes);
        self.next_chunk_bytes = bytes.clamp(FIRST_CHUNK_BYTES.min(most), most);
    }

    pub(super) fn close_chunk(&mut self, destination: DestinationId) {
        let slot = self.destinations.open(destination);
        let Some(row) = self.chunks.row(slot) else {
            return;
        };
        if row.spans == 0 {
            self.chunks.release(slot);
        } else {
            let free = self.limits.max_queue_bytes;
            self.chunks
                .seal(slot, free.saturating_sub(self.chunks.allocated()));
        }
        self.destinations.set_open(destination, NONE);
        self.publish();
    }
}

/// Adds a little, because batches are never quite alike.
fn with_margin(bytes: usize) -> usize {
    bytes.saturating_add(bytes / 64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, SpanData, SpanId, TraceId};

    #[test]
    fn a_chunk_becomes_as_large_as_its_batch_if_that_is_not_far() {
        let mut buffer = SpanBuffer::new(Limits::default(), &[]);
        let row = |capacity: usize, spans: usize| Row {
            capacity,
            spans,
            ..Row::free()
        };
        let header = buffer.chunks.header_room();
        // 512 spans of 1,024 bytes are 512 KiB, eight times as much.
        let batch = (512 << 10) + header;
        assert_eq!(buffer.larger(&row(128 << 10, 128)), with_margin(batch));
        assert_eq!(buffer.larger(&row(16 << 10, 16)), 64 << 10);
        // A batch ends at 4 MiB.
        assert_eq!(buffer.larger(&row(1 << 20, 1)), 4 << 20);
        assert_eq!(buffer.larger(&row(256 << 10, 1)), 512 << 10);
        assert_eq!(buffer.larger(&row(255 << 10, 1)), 1_020 << 10);
        // Without a span nothing is known about the batch.
        assert_eq!(buffer.larger(&row(16 << 10, 0)), 64 << 10);
        buffer.limits.max_export_batch_size = 64;
        assert_eq!(
            buffer.larger(&row(16 << 10, 16)),
            with_margin((64 << 10) + header)
        );
        assert_eq!(with_margin(6_400), 6_500);
    }

    #[test]
    fn a_new_chunk_has_room_for_the_header_too() {
        let mut buffer = SpanBuffer::new(Limits::default(), &[]);
        let destination = buffer.destination("https://example.test/v1/traces", "k");
        buffer.unfinished.destination = destination.0;
        let need = 2 * FIRST_CHUNK_BYTES;
        let slot = buffer.make_room(need).unwrap();
        assert!(buffer.fits(slot, need));
    }

    #[test]
    fn a_chunk_grows_to_the_last_byte_of_a_request() {
        let limits = Limits {
            max_export_batch_size_bytes: 64 << 10,
            ..Limits::default()
        };
        let mut buffer = SpanBuffer::new(limits, &[]);
        let destination = buffer.destination("https://example.test/v1/traces", "k");
        let trace = TraceId::from_bytes([1; 16]).unwrap();
        let span = SpanData::new(trace, SpanId::from_bytes([2; 8]).unwrap(), "s");
        buffer.push(destination, &span);
        let open = buffer.chunks.oldest();
        let header = buffer.chunks.header_room();
        let room = limits.max_export_batch_size_bytes - header - buffer.used(destination);
        assert_eq!(buffer.make_room(room), Ok(open));
        assert_ne!(buffer.make_room(room + 1), Ok(open));
    }
}
