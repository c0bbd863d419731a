//! Joining small batches that wait into one request.
//!
//! Each request that could not deliver leaves a batch of its own. After an outage there may be
//! thousands, and a Worker may make fifty subrequests.
//!
//! Only neighbours are joined: batches of one destination with no other chunk of it between them, so
//! that the spans stay in order. Batches that may have arrived are not joined to others, so that the
//! doubt does not spread, and batches that were on the network are not joined to new ones, so that
//! new spans do not queue behind failed ones. The joined batch is leased at once: an answer that comes
//! late for one of its parts is ignored, as for any batch that was leased again.

use crate::buffer::table::{Row, SEALED};
use crate::buffer::{DestinationId, Horizon, SpanBuffer};
use crate::delivery::outcome::Outcome;

/// Bytes that are worth joining while a destination takes nothing: large requests would only be
/// copied, compressed and sent in vain.
const TRIAL_BYTES: usize = 64 << 10;

/// Batches in a row that can become one.
struct Run {
    batches: usize,
    spans: usize,
    /// Bytes of the encoded spans, without any header.
    bytes: usize,
}

impl SpanBuffer {
    /// Joins a waiting batch with those behind it, to a body of at most `max_bytes`. Returns where
    /// the batch is now. Without memory for the copy it stays as it is.
    pub(super) fn coalesce(&mut self, first: usize, horizon: Horizon, max_bytes: usize) -> usize {
        self.join(first, horizon, max_bytes).unwrap_or(first)
    }

    fn join(&mut self, first: usize, horizon: Horizon, max_bytes: usize) -> Option<usize> {
        let run = self.run(first, horizon, max_bytes)?;
        let whole = self.chunks().row(first)?.clone();
        let (body, header) = self.chunks().body_with(run.bytes, &|joined| {
            let parts = self.neighbours(first, whole.destination);
            for (slot, row) in parts.take(run.batches) {
                let body = self.chunks().content(slot).unwrap_or_default();
                joined.extend_from_slice(body.get(row.header..).unwrap_or_default());
            }
        })?;
        let (mut at, mut left) = (first, run.batches);
        while left > 0 {
            let row = self.chunks().row(at)?;
            let (mine, newer) = (row.destination == whole.destination, row.newer);
            if mine {
                self.chunks_mut().release(at);
                left -= 1;
            }
            at = newer;
        }
        let joined = Row {
            spans: run.spans,
            header,
            start: 0,
            token: 0,
            ..whole
        };
        let slot = self.chunks_mut().insert(joined, body, whole.older);
        self.publish();
        Some(slot)
    }

    /// Returns how many batches from `first` on can be joined, if these are two or more.
    fn run(&self, first: usize, horizon: Horizon, max_bytes: usize) -> Option<Run> {
        let limits = self.limits();
        let room = limits
            .max_queue_bytes
            .checked_sub(self.chunks().allocated())?;
        let body_bytes = max_bytes.min(limits.max_export_batch_size_bytes).min(room);
        let max_bytes = body_bytes.checked_sub(self.chunks().header_room())?;
        let oldest = self.chunks().row(first)?;
        let mut run = Run {
            batches: 1,
            spans: oldest.spans,
            bytes: oldest.encoded_bytes(),
        };
        for (_, row) in self.neighbours(first, oldest.destination).skip(1) {
            let alike = row.state == SEALED
                && (row.handed, row.ambiguous) == (oldest.handed, oldest.ambiguous)
                && horizon.is_behind(row);
            let (spans, bytes) = (run.spans + row.spans, run.bytes + row.encoded_bytes());
            if !alike || spans > limits.max_export_batch_size || bytes > max_bytes {
                break;
            }
            run = Run {
                batches: run.batches + 1,
                spans,
                bytes,
            };
        }
        (run.batches > 1).then_some(run)
    }

    /// Returns the chunks of one destination from `first` on, oldest first.
    fn neighbours(&self, first: usize, destination: usize) -> impl Iterator<Item = (usize, &Row)> {
        let chunks = self.chunks().iter_from(first);
        chunks.filter(move |(_, row)| row.destination == destination)
    }

    /// Returns how large a request is worth joining for this batch's destination now.
    pub(super) fn worth_joining(&self, slot: usize) -> usize {
        let Some(row) = self.chunks().row(slot) else {
            return 0;
        };
        let Some(destination) = self.destination_of(DestinationId::of(row)) else {
            return 0;
        };
        let trial = match (destination.is_taking(), row.ambiguous) {
            (true, _) => usize::MAX,
            (false, 0) => TRIAL_BYTES,
            // The last attempt of many must not be spent at once on a server that is still down.
            (false, _) => 0,
        };
        trial.min(destination.enough_bytes())
    }

    /// Remembers what the end of a send says about the batch's destination.
    pub(super) fn note_answer(&mut self, slot: usize, outcome: Outcome) {
        let Some(row) = self.chunks().row(slot) else {
            return;
        };
        let (id, bytes) = (DestinationId::of(row), row.bytes());
        let handed = row.handed == 1;
        let Some(destination) = self.destination_mut(id) else {
            return;
        };
        if handed {
            destination.set_taking(matches!(outcome, Outcome::Accepted { .. }));
        }
        if outcome == Outcome::TooLarge {
            // Otherwise the halves would be joined and turned away again, for ever.
            destination.found_too_large(bytes);
        }
    }
}
