//! Spans that wait in a store instead of in memory.
//!
//! A batch goes into the store under a lease, as it goes to a server under one. What lies there is
//! one figure, `spilled`. Whoever takes an item out again and sends it says how that went; if this
//! buffer put it there, its spans move on in the ledger.

use crate::buffer::{DropReason, Redelivery, SpanBuffer};
use crate::delivery::lease::{LeaseId, Settled};
use crate::delivery::outcome::Outcome;

/// An item that was taken out of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// How many spans it carries.
    pub spans: u64,
    /// How many earlier sends may have arrived.
    pub ambiguous: u32,
    /// Whether this buffer counts these spans as spilled.
    pub own: bool,
}

impl SpanBuffer {
    /// Says that the body goes to a store now. From here on it may come to the server by another
    /// way, but nothing was sent: no send is counted.
    pub fn hand_to_store(&mut self, id: LeaseId) {
        if self.held(id).is_some() {
            self.arena.edit(id.slot, |row| row.handed = 1);
        }
    }

    /// Says that the store has the batch. A word too late changes nothing, as with `settle`.
    pub fn settle_spilled(&mut self, id: LeaseId) -> Settled {
        if self.known(id).is_none() {
            return Settled::default();
        }
        let spilled = self.arena.release(id.slot) as u64;
        self.root.spilled += spilled;
        self.publish();
        Settled {
            spilled,
            ..Settled::default()
        }
    }

    /// Says that an item goes to the network now.
    pub fn hand_over_drained(&mut self, item: Drained) {
        if item.own && item.ambiguous > 0 {
            self.root.redelivered += item.spans;
            self.publish();
        }
    }

    /// Says how sending an item went. What is `kept` should stay in the store, with one more doubt
    /// if the outcome was ambiguous.
    pub fn settle_drained(&mut self, item: Drained, outcome: Outcome) -> Settled {
        let Drained {
            spans, ambiguous, ..
        } = item;
        let doubtful = ambiguous > 0;
        let again = self.limits.redelivery == Redelivery::AtLeastOnce && !doubtful;
        let settled = match outcome {
            Outcome::Accepted { rejected } => answered(spans, rejected.min(spans), doubtful),
            Outcome::Refused => answered(spans, spans, doubtful),
            Outcome::TooLarge if doubtful => given_up(spans, DropReason::Unconfirmed),
            Outcome::TooLarge => given_up(spans, DropReason::PayloadTooLarge),
            Outcome::Ambiguous if !again => given_up(spans, DropReason::Unconfirmed),
            Outcome::Unsent | Outcome::Ambiguous => Settled {
                kept: spans,
                ..Settled::default()
            },
        };
        // What the table lost with a damaged instance was counted then.
        if item.own && self.root.spilled >= spans {
            self.root.spilled -= spans - settled.kept;
            self.file(settled);
        }
        settled
    }

    /// Adds to the counters what became of spans that are gone.
    pub(crate) fn file(&mut self, settled: Settled) {
        self.root.exported += settled.exported;
        self.root.rejected += settled.rejected;
        if let Some((reason, spans)) = settled.dropped {
            let spans = usize::try_from(spans).unwrap_or(usize::MAX);
            self.count_dropped(spans, reason);
        }
        self.publish();
    }
}

/// What an answer means for a batch. Spans turned away now may have arrived by an earlier send.
pub(crate) fn answered(spans: u64, rejected: u64, doubtful: bool) -> Settled {
    let unsure = doubtful && rejected > 0;
    Settled {
        exported: spans - rejected,
        rejected: if unsure { 0 } else { rejected },
        dropped: unsure.then_some((DropReason::Unconfirmed, rejected)),
        ..Settled::default()
    }
}

fn given_up(spans: u64, reason: DropReason) -> Settled {
    Settled {
        dropped: Some((reason, spans)),
        ..Settled::default()
    }
}
