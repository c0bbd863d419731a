//! `SpanBuffer`: takes ended spans, keeps them encoded within its limits, and accounts for each.
//!
//! Owns every cap and what is given up when one is reached: the oldest chunk that nobody is
//! sending. Leases are in `lease`.

use crate::arena::{self, Arena, NONE};
use crate::destination::{Destination, DestinationId, Destinations};
use crate::ledger::{DropReason, Stats};
use crate::limits::Limits;
use crate::otlp;
use crate::packed::{self, PackError, Packed};
use crate::protobuf::Writer;
use crate::record::{close_string, span};
use crate::table::{Root, LEASED};
use crate::SpanData;

/// Capacity of the first chunk of a quiet program.
const FIRST_CHUNK_BYTES: usize = 64 << 10;
/// A busy program's next chunk starts with what the last full one took, up to this.
const LARGEST_FIRST_CHUNK_BYTES: usize = 4 << 20;
/// Framing of one string attribute.
const ATTRIBUTE_FRAME: usize = 32;

/// Everything that was buffered before a certain moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon(pub(crate) u32);

/// Encoded spans, bounded, on their way out.
#[derive(Debug)]
pub struct SpanBuffer {
    pub(crate) limits: Limits,
    pub(crate) arena: Arena,
    pub(crate) destinations: Destinations,
    pub(crate) root: Box<Root>,
    pub(crate) sequence: u32,
    pub(crate) token: u32,
    constants: Vec<u8>,
    unfinished: Unfinished,
    next_chunk_bytes: usize,
}

/// The span that is being written: its large strings come ahead of the rest.
#[derive(Debug, Default)]
struct Unfinished {
    begun: bool,
    destination: usize,
    /// Bytes already in front of the chunk's content.
    bytes: usize,
    /// Of these, the string value whose key is still to come.
    value: usize,
    refused: Option<DropReason>,
}

impl SpanBuffer {
    /// An empty buffer whose requests name `resource`.
    pub fn new(limits: Limits, resource: &[(&str, &str)]) -> Self {
        let scope = otlp::encode_scope("lmnr.tracer", env!("CARGO_PKG_VERSION"));
        let mut buffer = Self {
            limits: limits.bounded(),
            arena: Arena::new(otlp::encode_resource(resource), scope),
            destinations: Destinations::default(),
            root: Box::new(Root::new()),
            sequence: 0,
            token: 0,
            constants: Vec::new(),
            unfinished: Unfinished::default(),
            next_chunk_bytes: FIRST_CHUNK_BYTES,
        };
        buffer.publish();
        buffer
    }

    /// Puts these string attributes on every packed span.
    pub fn set_constants(&mut self, attributes: &[(&str, &str)]) {
        self.constants = otlp::encode_constants(attributes);
    }

    /// Other limits, from now on. Chunks already sealed keep their size.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits.bounded();
        while self.over_caps() && self.evict_oldest() {}
        self.publish();
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The destination of this URL and key, made known if it is new.
    pub fn destination(&mut self, url: &str, key: &str) -> DestinationId {
        self.destinations.intern(url, key)
    }

    /// URL and key of a destination.
    pub fn destination_of(&self, id: DestinationId) -> Option<&Destination> {
        self.destinations.get(id)
    }

    /// The destination with this number, if there is one.
    pub fn destination_at(&self, index: usize) -> Option<DestinationId> {
        let id = DestinationId(index);
        self.destinations.get(id).map(|_| id)
    }

    /// Takes a span that has ended. False if it was dropped; the ledger says why.
    pub fn push(&mut self, destination: DestinationId, data: &SpanData) -> bool {
        // Large strings belong to packed spans; nobody else's span may inherit them.
        self.abandon();
        self.begin(destination);
        let written = self.write(otlp::span_bound(data), &|writer, _, _| {
            otlp::write_span(writer, data);
            if writer.overflowed() {
                Err(PackError::Overflow)
            } else {
                Ok(())
            }
        });
        self.finish(written).unwrap_or(false)
    }

    /// Takes a span from its packed record, together with the large strings written since the
    /// last one. False if it was dropped.
    ///
    /// # Errors
    /// [`PackError::SplitPair`] if the record has to be packed again: nothing was counted, and the
    /// large strings stay.
    pub fn push_packed(
        &mut self,
        destination: DestinationId,
        packed: &Packed<'_>,
    ) -> Result<bool, PackError> {
        self.begin(destination);
        if self.unfinished.value > 0 {
            self.refuse(DropReason::Malformed);
        }
        let need = packed.bound() + self.constants.len();
        let written = self.write(need, &|writer, end, constants| {
            packed::write_packed(writer, end, packed, constants)
        });
        self.finish(written)
    }

    /// Writes a piece of a large string attribute ahead of its span, last piece first. False if
    /// the span will be dropped, so that the rest need not be written.
    pub fn push_part(&mut self, destination: DestinationId, bytes: &[u8]) -> bool {
        self.begin(destination);
        let limit = self.limits.max_export_batch_size_bytes;
        if self.unfinished.bytes + bytes.len() + self.arena.header_room() > limit {
            self.refuse(DropReason::SpanTooLarge);
            return false;
        }
        let written = self.write(bytes.len() + ATTRIBUTE_FRAME, &|writer, _, _| {
            writer.bytes(bytes);
            Ok(())
        });
        if let Ok(Written { bytes, .. }) = written {
            self.unfinished.bytes += bytes;
            self.unfinished.value += bytes;
        }
        self.unfinished.refused.is_none()
    }

    /// Gives the pieces written since the last key their key.
    pub fn push_key(&mut self, destination: DestinationId, key: &[u8]) -> bool {
        self.begin(destination);
        let value = core::mem::take(&mut self.unfinished.value);
        let written = self.write(key.len() + ATTRIBUTE_FRAME, &|writer, _, _| {
            close_string(writer, span::ATTRIBUTES, key, writer.position() + value);
            Ok(())
        });
        if let Ok(Written { bytes, .. }) = written {
            self.unfinished.bytes += bytes;
        }
        self.unfinished.refused.is_none()
    }

    /// Counts a span that ended and could not be recorded at all.
    pub fn lose(&mut self, reason: DropReason) {
        self.unfinished = Unfinished::default();
        self.root.record(1);
        self.count_dropped(1, reason);
    }

    /// Forgets the large strings of a span that will not be finished.
    pub fn abandon(&mut self) {
        self.unfinished = Unfinished::default();
    }

    /// Closes all chunks to new spans. What is buffered up to now lies before the horizon.
    pub fn seal(&mut self) -> Horizon {
        self.unfinished = Unfinished::default();
        for id in self.destinations.ids() {
            self.close_chunk(id);
        }
        self.next_chunk_bytes = FIRST_CHUNK_BYTES;
        self.publish();
        Horizon(self.sequence)
    }

    /// The figures of this moment.
    pub fn stats(&self) -> Stats {
        let mut stats = Stats {
            recorded: self.root.recorded,
            exported: self.root.exported,
            rejected: self.root.rejected,
            redelivered: self.root.redelivered,
            unconfirmed: self.dropped(DropReason::Unconfirmed),
            ..Stats::default()
        };
        for (_, row) in self.arena.iter() {
            if row.state == LEASED {
                stats.in_flight += row.spans as u64;
            } else {
                stats.buffered += row.spans as u64;
            }
        }
        let counts = DropReason::ALL.map(|reason| (reason, self.dropped(reason)));
        stats.dropped = counts.into_iter().filter(|(_, count)| *count > 0).collect();
        stats
    }

    /// Bytes of memory that hold spans or wait for them.
    pub fn allocated_bytes(&self) -> usize {
        self.arena.allocated()
    }

    /// The record through which this state can be read from outside.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// The rows that the root points to.
    pub fn rows(&self) -> &[crate::table::Row] {
        self.arena.rows()
    }

    pub(crate) fn dropped(&self, reason: DropReason) -> u64 {
        self.root.dropped.get(reason as usize).copied().unwrap_or(0)
    }

    pub(crate) fn count_dropped(&mut self, spans: usize, reason: DropReason) {
        if let Some(count) = self.root.dropped.get_mut(reason as usize) {
            *count += spans as u64;
        }
        self.publish();
    }

    /// Brings the root up to date with what moved.
    pub(crate) fn publish(&mut self) {
        self.root.rows = self.arena.rows().as_ptr() as usize;
        self.root.rows_len = self.arena.rows().len();
        self.root.oldest = self.arena.oldest();
        self.root.sign();
    }

    /// Gives up the oldest chunk that nobody is sending; false if there is none.
    pub(crate) fn evict_oldest(&mut self) -> bool {
        let Some(slot) = self
            .arena
            .iter()
            .find(|(_, row)| row.state != LEASED)
            .map(|(slot, _)| slot)
        else {
            return false;
        };
        self.drop_chunk(slot, DropReason::Evicted);
        true
    }

    /// Gives up a chunk. Spans that may have arrived are never called anything but unconfirmed.
    pub(crate) fn drop_chunk(&mut self, slot: usize, reason: DropReason) -> (usize, DropReason) {
        let Some(row) = self.arena.row(slot) else {
            return (0, reason);
        };
        let reason = if row.ambiguous > 0 {
            DropReason::Unconfirmed
        } else {
            reason
        };
        let destination = DestinationId(row.destination);
        if self.destinations.open(destination) == slot {
            self.destinations.set_open(destination, NONE);
        }
        let spans = self.arena.release(slot);
        self.count_dropped(spans, reason);
        (spans, reason)
    }

    pub(crate) fn over_caps(&self) -> bool {
        self.arena.allocated() > self.limits.max_queue_bytes
            || self.arena.spans() > self.limits.max_queue_size
    }

    fn begin(&mut self, destination: DestinationId) {
        if self.unfinished.begun && self.unfinished.destination == destination.0 {
            return;
        }
        self.unfinished = Unfinished {
            begun: true,
            destination: destination.0,
            ..Unfinished::default()
        };
        while self.arena.spans() >= self.limits.max_queue_size {
            if !self.evict_oldest() {
                self.refuse(DropReason::QueueFull);
                return;
            }
        }
    }

    /// The first reason stands; what was written of the span is forgotten.
    fn refuse(&mut self, reason: DropReason) {
        self.unfinished.bytes = 0;
        self.unfinished.value = 0;
        self.unfinished.refused.get_or_insert(reason);
    }

    /// Lets `write` put at most `need` bytes in front of the unfinished span.
    fn write(&mut self, need: usize, write: &Write<'_>) -> Result<Written, WriteError> {
        if let Some(reason) = self.unfinished.refused {
            return Err(WriteError::Dropped(reason));
        }
        let limit = self.limits.max_export_batch_size_bytes;
        if self.unfinished.bytes + need + self.arena.header_room() > limit {
            let encoded = self.write_aside(need, write)?;
            return self.write_at_once(encoded.len(), &|writer, _, _| {
                writer.bytes(&encoded);
                Ok(())
            });
        }
        self.write_at_once(need, write)
    }

    /// For what may be too large for any request: its size is known before others make room.
    fn write_aside(&mut self, need: usize, write: &Write<'_>) -> Result<Vec<u8>, WriteError> {
        let scratch = arena::zeroed(need);
        let mut scratch = scratch.ok_or(WriteError::Dropped(DropReason::QueueFull))?;
        let mut writer = Writer::new(&mut scratch, need);
        write(&mut writer, need + self.unfinished.bytes, &self.constants)?;
        let start = writer.position();
        let encoded = scratch.split_off(start);
        let body = self.unfinished.bytes + encoded.len() + self.arena.header_room();
        if body > self.limits.max_export_batch_size_bytes {
            self.refuse(DropReason::SpanTooLarge);
            return Err(WriteError::Dropped(DropReason::SpanTooLarge));
        }
        Ok(encoded)
    }

    fn write_at_once(&mut self, need: usize, write: &Write<'_>) -> Result<Written, WriteError> {
        let slot = self.make_room(need).map_err(|reason| {
            self.refuse(reason);
            WriteError::Dropped(reason)
        })?;
        let end = self.arena.row(slot).map_or(0, |row| row.start);
        let Some(mut writer) = self.arena.writer(slot, self.unfinished.bytes) else {
            return Err(WriteError::Dropped(DropReason::Malformed));
        };
        let before = writer.position();
        write(&mut writer, end, &self.constants)?;
        Ok(Written {
            slot,
            start: writer.position(),
            bytes: before - writer.position(),
        })
    }

    /// Ends the unfinished span: counts it as buffered or as dropped.
    fn finish(&mut self, written: Result<Written, WriteError>) -> Result<bool, PackError> {
        let dropped = match written {
            Err(WriteError::SplitPair) => return Err(PackError::SplitPair),
            Err(WriteError::Dropped(reason)) => Some(reason),
            Ok(Written { slot, start, .. }) => self.commit(slot, start),
        };
        let destination = DestinationId(self.unfinished.destination);
        self.unfinished = Unfinished::default();
        self.root.record(1);
        if let Some(reason) = dropped {
            self.count_dropped(1, reason);
            return Ok(false);
        }
        let open = self.arena.row(self.destinations.open(destination));
        if open.is_some_and(|row| row.spans >= self.limits.max_export_batch_size) {
            self.close_full_chunk(destination);
        }
        Ok(true)
    }

    fn commit(&mut self, slot: usize, start: usize) -> Option<DropReason> {
        let row = self.arena.row(slot)?;
        let body = row.capacity - start + self.arena.header_room();
        if row.spans == 0 && body > self.limits.max_export_batch_size_bytes {
            return Some(DropReason::SpanTooLarge);
        }
        // The limits may have shrunk since the first part of this span was written.
        if self.arena.spans() >= self.limits.max_queue_size {
            return Some(DropReason::QueueFull);
        }
        self.arena.commit(slot, start);
        None
    }

    /// A chunk with `need` free bytes in front of the unfinished span, which moves along.
    fn make_room(&mut self, need: usize) -> Result<usize, DropReason> {
        let destination = DestinationId(self.unfinished.destination);
        let open = self.destinations.open(destination);
        if self.fits(open, need) || self.grows(open, need) {
            return Ok(open);
        }
        let carried = self.arena.unfinished(open, self.unfinished.bytes);
        if carried.len() != self.unfinished.bytes {
            return Err(DropReason::Malformed);
        }
        let least = self.arena.header_room() + carried.len() + need;
        if least > self.limits.max_queue_bytes {
            return Err(DropReason::SpanTooLarge);
        }
        self.close_full_chunk(destination);
        let wanted = self
            .next_chunk_bytes
            .min(self.limits.max_queue_bytes / 4)
            .max(least);
        let capacity = loop {
            let free = self
                .limits
                .max_queue_bytes
                .saturating_sub(self.arena.allocated());
            if wanted <= free {
                break wanted;
            }
            if least <= free {
                break least;
            }
            if !self.evict_oldest() {
                return Err(DropReason::QueueFull);
            }
        };
        let opened = self.arena.open(destination.0, self.sequence, capacity);
        let slot = opened.ok_or(DropReason::QueueFull)?;
        self.sequence = self.sequence.wrapping_add(1);
        self.destinations.set_open(destination, slot);
        if let Some(mut writer) = self.arena.writer(slot, 0) {
            writer.bytes(&carried);
        }
        self.publish();
        Ok(slot)
    }

    /// Whether the open chunk may take `need` more bytes in one request, and has them.
    fn fits(&self, slot: usize, need: usize) -> bool {
        self.arena.row(slot).is_some_and(|row| {
            let least = self.unfinished.bytes + need + self.arena.header_room();
            let body = row.capacity - row.start + least;
            let one_request = row.spans == 0 || body <= self.limits.max_export_batch_size_bytes;
            one_request && least <= row.start
        })
    }

    /// Makes the open chunk larger, if one request may be that large and memory allows.
    fn grows(&mut self, slot: usize, need: usize) -> bool {
        let Some(row) = self.arena.row(slot) else {
            return false;
        };
        let unfinished = self.unfinished.bytes;
        let least = row.capacity - row.start + unfinished + need + self.arena.header_room();
        if row.spans > 0 && least > self.limits.max_export_batch_size_bytes {
            return false;
        }
        let doubled = (row.capacity * 2).min(self.limits.max_export_batch_size_bytes);
        let free = self
            .limits
            .max_queue_bytes
            .saturating_sub(self.arena.allocated());
        let capacity = doubled.max(least);
        let grown = capacity <= free && self.arena.grow(slot, capacity, unfinished);
        grown && self.fits(slot, need)
    }

    /// Closes a chunk because it is full: the next one of a busy program starts as large.
    fn close_full_chunk(&mut self, destination: DestinationId) {
        let used = self
            .arena
            .row(self.destinations.open(destination))
            .map_or(0, |row| row.capacity - row.start);
        self.next_chunk_bytes =
            (used + used / 16).clamp(FIRST_CHUNK_BYTES, LARGEST_FIRST_CHUNK_BYTES);
        self.close_chunk(destination);
    }

    fn close_chunk(&mut self, destination: DestinationId) {
        let slot = self.destinations.open(destination);
        let Some(row) = self.arena.row(slot) else {
            return;
        };
        if row.spans == 0 {
            self.arena.release(slot);
        } else {
            self.arena.seal(slot);
        }
        self.destinations.set_open(destination, NONE);
        self.publish();
    }
}

/// Writes part of a span, given where its body ends and the constants. Behind a pointer, because
/// a copy of the encoder for each way to call it would double the module.
type Write<'a> = dyn Fn(&mut Writer<'_>, usize, &[u8]) -> Result<(), PackError> + 'a;

struct Written {
    slot: usize,
    start: usize,
    bytes: usize,
}

enum WriteError {
    Dropped(DropReason),
    SplitPair,
}

impl From<PackError> for WriteError {
    fn from(error: PackError) -> Self {
        match error {
            PackError::SplitPair => Self::SplitPair,
            PackError::Malformed | PackError::Overflow => Self::Dropped(DropReason::Malformed),
        }
    }
}
