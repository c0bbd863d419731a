//! Spans that wait in a store instead of in memory.
//!
//! A batch goes into the store under a lease, just as it goes to a server under one. The ledger
//! counts what lies there as `spilled`. Whoever takes an item out again and sends it says how that
//! went; if this buffer stored the item, its spans move on in the ledger.

use crate::buffer::{DropReason, Redelivery, SpanBuffer};
use crate::delivery::lease::LeaseId;
use crate::delivery::outcome::{Outcome, Settled};

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
    /// Says that the body goes to a store now. From here on it may reach the server by way of the
    /// store, but nothing was sent yet: no send is counted.
    pub fn hand_to_store(&mut self, id: LeaseId) {
        if self.in_force(id).is_some() {
            self.chunks_mut().edit(id.slot, |row| row.handed = 1);
        }
    }

    /// Says that the store has the batch. Changes nothing if the batch was leased again meanwhile, as
    /// with [`SpanBuffer::settle`].
    pub fn settle_spilled(&mut self, id: LeaseId) -> Settled {
        if self.known(id).is_none() {
            return Settled::default();
        }
        let spilled = self.chunks_mut().release(id.slot) as u64;
        self.account(|root| root.spilled += spilled);
        Settled::spilled(spilled)
    }

    /// Says that an item goes to the network now.
    pub fn hand_over_drained(&mut self, item: Drained) {
        if item.own && item.ambiguous > 0 {
            self.account(|root| root.redelivered += item.spans);
        }
    }

    /// Says how sending an item went. What is `kept` should stay in the store, with one more doubt
    /// if the outcome was ambiguous.
    pub fn settle_drained(&mut self, item: Drained, outcome: Outcome) -> Settled {
        let Drained {
            spans, ambiguous, ..
        } = item;
        let doubtful = ambiguous > 0;
        let again = self.limits().redelivery == Redelivery::AtLeastOnce && !doubtful;
        let settled = match outcome {
            Outcome::Accepted { rejected } => {
                Settled::answered(spans, rejected.min(spans), doubtful)
            }
            Outcome::Refused => Settled::answered(spans, spans, doubtful),
            Outcome::TooLarge if doubtful => Settled::dropped(spans, DropReason::Unconfirmed),
            Outcome::TooLarge => Settled::dropped(spans, DropReason::PayloadTooLarge),
            Outcome::Ambiguous if !again => Settled::dropped(spans, DropReason::Unconfirmed),
            Outcome::Unsent | Outcome::Ambiguous => Settled::kept(spans),
        };
        // What the table lost with a damaged instance was counted then.
        if item.own && self.root().spilled >= spans {
            self.account(|root| root.spilled -= spans - settled.kept);
            self.count_settled(settled);
        }
        settled
    }
}
