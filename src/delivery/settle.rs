//! Settling leases: what the end of a send does to the batch and to the ledger.

use crate::buffer::table::{LEASED, NONE, SEALED};
use crate::buffer::{DropReason, Redelivery, SpanBuffer};
use crate::delivery::lease::LeaseId;
use crate::delivery::outcome::{Outcome, Settled};

impl SpanBuffer {
    /// Says how sending went. An answer that comes after the lease ran out still counts, unless the
    /// batch was leased again, alone or joined to others, or halved: then it changes nothing.
    pub fn settle(&mut self, id: LeaseId, outcome: Outcome) -> Settled {
        let Some(row) = self.known(id) else {
            return Settled::default();
        };
        let (late, handed) = (row.state != LEASED, row.handed == 1);
        let spans = row.spans as u64;
        self.note_answer(id.slot, outcome);
        if late && handed && outcome != Outcome::Ambiguous {
            // The expiry assumed that this send may have arrived; now its end is known.
            self.chunks_mut().edit(id.slot, |row| {
                row.ambiguous = row.ambiguous.saturating_sub(1);
            });
        }
        match outcome {
            Outcome::Accepted { rejected } => self.accept(id.slot, rejected.min(spans)),
            Outcome::Refused => self.accept(id.slot, spans),
            Outcome::TooLarge => self.halve_or_drop(id.slot),
            Outcome::Ambiguous if !late => self.give_back(id.slot, false),
            Outcome::Ambiguous | Outcome::Unsent => {
                self.forget_lease(id.slot);
                Settled::kept(spans)
            }
        }
    }

    /// Drops everything that is left, leased or not, as `shutdown` must in the end. Returns how many
    /// spans that were.
    pub fn clear(&mut self, reason: DropReason) -> u64 {
        let mut dropped = 0;
        while self.chunks().oldest() != NONE {
            let slot = self.chunks().oldest();
            let row = self.chunks().row(slot);
            if row.is_some_and(|row| row.state == LEASED && row.handed == 1) {
                self.chunks_mut().edit(slot, |row| row.ambiguous += 1);
            }
            dropped += self.drop_chunk(slot, reason).0 as u64;
        }
        dropped
    }

    /// Returns a batch to those that wait, or drops it if it may have arrived and must not be sent
    /// again. A lease that expired can still be settled late, one that was settled cannot.
    pub(super) fn give_back(&mut self, slot: usize, expired: bool) -> Settled {
        let Some(row) = self.chunks().row(slot) else {
            return Settled::default();
        };
        let spans = row.spans as u64;
        if row.handed == 1 {
            let again = self.limits().redelivery == Redelivery::AtLeastOnce && row.ambiguous == 0;
            self.chunks_mut().edit(slot, |row| row.ambiguous += 1);
            if !again {
                return self.drop_batch(slot, DropReason::Unconfirmed);
            }
        }
        if expired {
            self.chunks_mut().edit(slot, |row| row.state = SEALED);
        } else {
            self.forget_lease(slot);
        }
        Settled::kept(spans)
    }

    /// Adds to the ledger what became of spans that are gone.
    pub(super) fn count_settled(&mut self, settled: Settled) {
        if let Some((reason, spans)) = settled.dropped {
            self.count_dropped(spans, reason);
        }
        self.account(|root| {
            root.exported += settled.exported;
            root.rejected += settled.rejected;
        });
    }

    fn accept(&mut self, slot: usize, rejected: u64) -> Settled {
        let doubtful = self.chunks().row(slot).is_some_and(|row| row.ambiguous > 0);
        let spans = self.chunks_mut().release(slot) as u64;
        let settled = Settled::answered(spans, rejected, doubtful);
        self.count_settled(settled);
        settled
    }

    /// Puts two batches in the place of one; a single span cannot be divided and is lost.
    fn halve_or_drop(&mut self, slot: usize) -> Settled {
        let spans = self.chunks().row(slot).map_or(0, |row| row.spans);
        if !self.halve(slot) {
            return self.drop_batch(slot, DropReason::PayloadTooLarge);
        }
        // Two headers take more than one, which matters only when the queue is full to the brim.
        while self.over_caps() && self.evict_oldest() {}
        self.publish();
        Settled::kept(spans as u64)
    }

    fn drop_batch(&mut self, slot: usize, reason: DropReason) -> Settled {
        let (spans, reason) = self.drop_chunk(slot, reason);
        Settled::dropped(spans as u64, reason)
    }

    fn forget_lease(&mut self, slot: usize) {
        self.chunks_mut().edit(slot, |row| {
            row.state = SEALED;
            row.token = 0;
        });
    }
}
