//! `SpanBuffer`: takes ended spans, keeps them encoded within its limits, and accounts for each.
//!
//! It owns every cap, and decides what is dropped when one is reached: the oldest chunk that is not
//! being sent. Leases are in the room `delivery`.

use crate::buffer::chunks::Chunks;
use crate::buffer::destinations::{
    Destination, DestinationId, Destinations, KnownDestinations, Ways,
};
use crate::buffer::ledger::{DropReason, Stats};
use crate::buffer::limits::{Limits, Redelivery};
use crate::buffer::table::{Root, Row, LEASED, NONE, SEALED};
use crate::encode;
#[cfg(feature = "redact")]
use crate::encode::Redactors;
#[cfg(feature = "redact")]
use laminar_edge_redact::{Redacted, Rules};
#[cfg(feature = "redact")]
use std::sync::Arc;

/// Capacity of the first chunk of a quiet program. It is small, because all of it is filled with zeros
/// first.
pub(super) const FIRST_CHUNK_BYTES: usize = 16 << 10;

/// Everything that was buffered before a certain moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon(u32);

impl Horizon {
    /// Returns the horizon with this number.
    pub fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// Returns the number that crosses the boundary.
    pub fn number(self) -> u32 {
        self.0
    }

    /// Whether a chunk lies before it. Sequence numbers may wrap.
    pub(crate) fn is_behind(self, row: &Row) -> bool {
        let distance = self.0.wrapping_sub(row.sequence);
        distance != 0 && distance < u32::MAX / 2
    }
}

/// The span that is being written: its large strings come ahead of the rest.
#[derive(Debug, Default)]
pub(super) struct Unfinished {
    pub(super) begun: bool,
    pub(super) destination: usize,
    /// Bytes already in front of the chunk's content.
    pub(super) bytes: usize,
    /// Of these, the string value whose key is still to come.
    pub(super) value: usize,
    pub(super) refused: Option<DropReason>,
    /// What was replaced in its large strings.
    #[cfg(feature = "redact")]
    pub(super) redacted: Redacted,
}

/// Encoded spans, bounded, on their way out.
#[derive(Debug)]
pub struct SpanBuffer {
    pub(super) limits: Limits,
    pub(super) chunks: Chunks,
    pub(super) destinations: Destinations,
    pub(super) root: Box<Root>,
    pub(super) sequence: u32,
    pub(super) constants: Vec<u8>,
    pub(super) unfinished: Unfinished,
    pub(super) next_chunk_bytes: usize,
    pub(super) full: bool,
    #[cfg(feature = "redact")]
    pub(super) redactors: Option<Arc<Redactors>>,
}

impl SpanBuffer {
    /// Creates an empty buffer whose requests name `resource`.
    pub fn new(limits: Limits, resource: &[(&str, &str)]) -> Self {
        let scope = encode::encode_scope("lmnr.tracer", env!("CARGO_PKG_VERSION"));
        let mut buffer = Self {
            limits: limits.bounded(),
            chunks: Chunks::new(encode::encode_resource(resource), scope),
            destinations: Destinations::default(),
            root: Box::new(Root::new()),
            sequence: 0,
            constants: Vec::new(),
            unfinished: Unfinished::default(),
            next_chunk_bytes: FIRST_CHUNK_BYTES,
            full: false,
            #[cfg(feature = "redact")]
            redactors: None,
        };
        buffer.publish();
        buffer
    }

    /// Puts these string attributes on every packed span.
    pub fn set_constants(&mut self, attributes: &[(&str, &str)]) {
        self.constants = encode::encode_constants(attributes);
    }

    /// Replaces what these rules name in all spans from now on, before they are encoded.
    #[cfg(feature = "redact")]
    pub fn set_redaction(&mut self, rules: Rules) {
        let redactors = Redactors::new(rules);
        self.redactors = (!redactors.is_idle()).then(|| Arc::new(redactors));
    }

    /// Does the same for the spans of one destination, instead of what holds for all.
    #[cfg(feature = "redact")]
    pub fn set_redaction_of(&mut self, id: DestinationId, rules: Rules) {
        if let Some(destination) = self.destinations.get_mut(id) {
            destination.redactors = Some(Arc::new(Redactors::new(rules)));
        }
    }

    /// Returns what redacts the spans of this destination.
    #[cfg(feature = "redact")]
    pub(crate) fn redactors_of(&self, id: DestinationId) -> Option<Arc<Redactors>> {
        let own = self.destinations.get(id)?.redactors.as_ref();
        own.or(self.redactors.as_ref()).cloned()
    }

    /// Adds to the counts of replaced values.
    #[cfg(feature = "redact")]
    pub(crate) fn count_redacted(&mut self, counts: &Redacted) {
        if counts.add_to(&mut self.root.redacted) {
            self.publish();
        }
    }

    /// Changes the limits from now on. Chunks that are sealed already keep their size.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits.bounded();
        if self.limits.redelivery == Redelivery::AtMostOnce {
            self.give_up_doubtful();
        }
        while self.over_caps() && self.evict_oldest() {}
        self.publish();
    }

    /// Returns the limits in force.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns the destination of this URL and key, and adds it if it is new.
    pub fn destination(&mut self, url: &str, key: &str) -> DestinationId {
        self.destinations.intern(url, key)
    }

    /// Adds a destination with an empty URL and key, for callers that keep these elsewhere.
    pub fn new_destination(&mut self) -> DestinationId {
        self.destinations.add("", "")
    }

    /// Says by which ways spans reach a destination. A new one is reached by network alone.
    pub fn set_ways(&mut self, id: DestinationId, ways: Ways) {
        if let Some(destination) = self.destinations.get_mut(id) {
            destination.ways = ways;
        }
    }

    /// Returns a destination.
    pub fn destination_of(&self, id: DestinationId) -> Option<&Destination> {
        self.destinations.get(id)
    }

    /// Returns the destination with this number, if there is one.
    pub fn destination_at(&self, index: usize) -> Option<DestinationId> {
        self.destinations().at(index)
    }

    /// Returns which destinations there are now.
    pub(crate) fn destinations(&self) -> KnownDestinations {
        self.destinations.known()
    }

    /// Closes all chunks to new spans. What is buffered up to now lies before the horizon.
    pub fn seal(&mut self) -> Horizon {
        self.unfinished = Unfinished::default();
        self.close_all_chunks();
        self.publish();
        Horizon(self.sequence)
    }

    /// Returns the horizon of this moment, without closing the chunks that still take spans.
    pub fn horizon(&self) -> Horizon {
        Horizon(self.sequence)
    }

    /// Whether a batch became full since this was last asked.
    pub fn take_full(&mut self) -> bool {
        core::mem::take(&mut self.full)
    }

    /// Returns the figures of this moment.
    pub fn stats(&self) -> Stats {
        let mut stats = Stats {
            recorded: self.root.recorded,
            exported: self.root.exported,
            rejected: self.root.rejected,
            redelivered: self.root.redelivered,
            spilled: self.root.spilled,
            handed: self.root.handed,
            unconfirmed: self.dropped(DropReason::Unconfirmed),
            #[cfg(feature = "redact")]
            redacted: Redacted::narrowed(&self.root.redacted),
            ..Stats::default()
        };
        (stats.buffered, stats.in_flight) = self.present();
        for (reason, spans) in DropReason::ALL.into_iter().zip(self.root.dropped) {
            if spans > 0 {
                stats.dropped.push((reason, spans));
            }
        }
        stats
    }

    /// Counts the spans that wait here and the spans that are being sent.
    pub(crate) fn present(&self) -> (u64, u64) {
        let chunks = self.chunks.iter();
        chunks.fold((0, 0), |(buffered, in_flight), (_, row)| {
            let spans = row.spans as u64;
            if row.state == LEASED {
                (buffered, in_flight + spans)
            } else {
                (buffered + spans, in_flight)
            }
        })
    }

    /// Returns the bytes of memory that hold spans or wait for them.
    pub fn allocated_bytes(&self) -> usize {
        self.chunks.allocated()
    }

    /// Returns the record through which this state can be read from outside.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Returns the chunks.
    pub(crate) fn chunks(&self) -> &Chunks {
        &self.chunks
    }

    /// Returns the chunks, for those who change what happens to a batch.
    pub(crate) fn chunks_mut(&mut self) -> &mut Chunks {
        &mut self.chunks
    }

    /// Returns a destination, to note what its answers say about it.
    pub(crate) fn destination_mut(&mut self, id: DestinationId) -> Option<&mut Destination> {
        self.destinations.get_mut(id)
    }

    /// Returns the number of the next lease.
    pub(crate) fn next_token(&mut self) -> u32 {
        let newest = &mut self.root.newest_lease;
        *newest = newest.wrapping_add(1).max(1);
        *newest
    }

    /// Makes sure that no lease gets this number again.
    pub(crate) fn reserve_token(&mut self, token: u32) {
        let newest = &mut self.root.newest_lease;
        *newest = token.max(*newest);
    }

    /// Returns the place in the order that the next chunk takes.
    pub(crate) fn next_sequence(&mut self) -> u32 {
        let sequence = self.sequence;
        self.sequence = sequence.wrapping_add(1);
        sequence
    }

    /// Changes the counters and signs them.
    pub(crate) fn account(&mut self, change: impl FnOnce(&mut Root)) {
        change(&mut self.root);
        self.publish();
    }

    pub(crate) fn dropped(&self, reason: DropReason) -> u64 {
        self.root.dropped.get(reason as usize).copied().unwrap_or(0)
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn count_dropped(&mut self, spans: u64, reason: DropReason) {
        if let Some(count) = self.root.dropped.get_mut(reason as usize) {
            *count += spans;
        }
        self.publish();
    }

    /// Returns the chunks from before the horizon, oldest first.
    pub(crate) fn before(&self, horizon: Horizon) -> impl Iterator<Item = (usize, &Row)> {
        let chunks = self.chunks.iter();
        chunks.take_while(move |(_, row)| horizon.is_behind(row))
    }

    /// Writes into the root where the rows are, and signs it.
    pub(crate) fn publish(&mut self) {
        self.root.rows = self.chunks.rows().as_ptr() as usize;
        self.root.rows_len = self.chunks.rows().len();
        self.root.oldest = self.chunks.oldest();
        self.root.sign();
    }

    /// Drops the oldest chunk that is not being sent. Returns false if there is none.
    pub(crate) fn evict_oldest(&mut self) -> bool {
        self.drop_first(&|row| row.state != LEASED, DropReason::Evicted)
    }

    /// Drops batches that may have arrived and must not be sent again under the limits now in
    /// force.
    fn give_up_doubtful(&mut self) {
        let doubtful = |row: &Row| row.state == SEALED && row.ambiguous > 0;
        while self.drop_first(&doubtful, DropReason::Unconfirmed) {}
    }

    /// Drops the oldest chunk of this kind. Returns false if there is none.
    fn drop_first(&mut self, which: &dyn Fn(&Row) -> bool, reason: DropReason) -> bool {
        let found = self.chunks.iter().find(|(_, row)| which(row));
        let Some(slot) = found.map(|(slot, _)| slot) else {
            return false;
        };
        self.drop_chunk(slot, reason);
        true
    }

    /// Drops a chunk. Spans that may have arrived count as unconfirmed, whatever the reason.
    pub(crate) fn drop_chunk(&mut self, slot: usize, reason: DropReason) -> (usize, DropReason) {
        let Some(row) = self.chunks.row(slot) else {
            return (0, reason);
        };
        let reason = if row.ambiguous > 0 {
            DropReason::Unconfirmed
        } else {
            reason
        };
        let destination = DestinationId::of(row);
        if self.destinations.open(destination) == slot {
            self.destinations.set_open(destination, NONE);
        }
        let spans = self.chunks.release(slot);
        self.count_dropped(spans as u64, reason);
        (spans, reason)
    }

    pub(crate) fn over_caps(&self) -> bool {
        self.chunks.allocated() > self.limits.max_queue_bytes
            || self.chunks.spans() > self.limits.max_queue_size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_horizon_lies_behind_earlier_chunks_even_where_numbers_begin_anew() {
        let row = |sequence: u32| Row {
            sequence,
            ..Row::free()
        };
        for (horizon, sequence, is_behind) in [
            (5, 4, true),
            (5, 5, false),
            (5, 6, false),
            (5, u32::MAX, true),
            (u32::MAX, 0, false),
            (0, u32::MAX, true),
        ] {
            let found = Horizon::from_number(horizon).is_behind(&row(sequence));
            assert_eq!(found, is_behind, "{horizon} {sequence}");
        }
    }

    #[cfg(feature = "redact")]
    #[test]
    fn values_replaced_under_every_label_are_counted() {
        let mut buffer = SpanBuffer::new(Limits::default(), &[]);
        for _ in 0..2 {
            buffer.count_redacted(&Redacted([3; laminar_edge_redact::LABELS.len()]));
        }
        assert_eq!(
            buffer.stats().redacted,
            Redacted([6; laminar_edge_redact::LABELS.len()])
        );
    }
}
