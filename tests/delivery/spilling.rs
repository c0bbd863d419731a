//! The store in the model: what went in, what came out, and what may have gone in.

use crate::model::{Hold, Holding, Model};
use crate::step::Which;
use laminar_edge::{Drained, DropReason, Outcome, Redelivery, Settled};

/// An item in the store. It is the buffer's own if that counts it as spilled.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) spans: Vec<u64>,
    pub(crate) doubt: u32,
    pub(crate) own: bool,
}

impl Model {
    /// Puts the body into the store. Whether it was stored is known later, or never.
    pub(crate) fn store(&mut self, hold: usize) {
        self.buffer.hand_to_store(self.holds[hold].id);
        let Hold {
            holding, handed, ..
        } = self.holds[hold];
        if holding == Holding::Live && !handed {
            self.holds[hold].handed = true;
            self.holds[hold].stored = true;
        }
    }

    /// Settles a batch that was stored.
    pub(crate) fn spilled(&mut self, hold: usize) {
        let Hold {
            id,
            stored,
            settled,
            doubt,
            ..
        } = self.holds[hold];
        if !stored {
            return;
        }
        let spans = self.holds[hold].spans.clone();
        let own = self.holds[hold].holding != Holding::Over && self.owns(hold);
        let expected = if own { spans.len() as u64 } else { 0 };
        let found = self.buffer.settle_spilled(id);
        let stored = Settled {
            spilled: expected,
            ..Settled::default()
        };
        assert_eq!(found, stored);
        self.holds[hold].settled = true;
        self.holds[hold].holding = Holding::Over;
        if own {
            self.figures.spilled += expected;
            for number in &spans {
                let known = self.known_mut(*number);
                (known.held, known.owner) = (false, None);
            }
        }
        if !settled {
            self.items.push(Item { spans, doubt, own });
        }
    }

    pub(crate) fn drain(&mut self, which: &Which, outcome: Outcome, arrived: bool) {
        if let Some(item) = which.of(self.items.len()) {
            self.drain_item(item, outcome, arrived);
        }
    }

    pub(crate) fn drain_item(&mut self, item: usize, outcome: Outcome, arrived: bool) {
        let Item { spans, doubt, own } = self.items.swap_remove(item);
        assert!(
            spans.is_sorted(),
            "in the order in which they ended: {spans:?}"
        );
        let count = spans.len() as u64;
        let drained = Drained {
            spans: count,
            ambiguous: doubt,
            own,
        };
        self.buffer.hand_over_drained(drained);
        if own && doubt > 0 {
            self.figures.redelivered += count;
        }
        let found = self.buffer.settle_drained(drained, outcome);
        assert_eq!(found, self.drain_must(count, doubt > 0, outcome));
        let taken = match outcome {
            Outcome::Accepted { rejected } => count.saturating_sub(rejected),
            Outcome::Ambiguous if arrived => count,
            _ => 0,
        };
        let taken = usize::try_from(taken).unwrap();
        self.server.extend(&spans[..taken]);
        if found.kept > 0 {
            let doubt = doubt + u32::from(outcome == Outcome::Ambiguous);
            self.items.push(Item { spans, doubt, own });
        } else if own {
            self.figures.spilled -= count;
            self.figures.exported += found.exported;
            self.figures.rejected += found.rejected;
            if let Some((reason, spans)) = found.dropped {
                self.figures.drop(reason, spans);
            }
        }
    }

    fn drain_must(&self, count: u64, doubtful: bool, outcome: Outcome) -> Settled {
        let again = self.redelivery == Redelivery::AtLeastOnce && !doubtful;
        let (kept, exported, turned_away, lost) = match outcome {
            Outcome::Unsent => (count, 0, 0, None),
            Outcome::Ambiguous if again => (count, 0, 0, None),
            Outcome::Ambiguous => (0, 0, 0, Some(DropReason::Unconfirmed)),
            Outcome::TooLarge if doubtful => (0, 0, 0, Some(DropReason::Unconfirmed)),
            Outcome::TooLarge => (0, 0, 0, Some(DropReason::PayloadTooLarge)),
            Outcome::Refused => (0, 0, count, None),
            Outcome::Accepted { rejected } => {
                let away = rejected.min(count);
                (0, count - away, away, None)
            }
        };
        let unsure = doubtful && turned_away > 0;
        Settled {
            exported,
            rejected: if unsure { 0 } else { turned_away },
            dropped: match lost {
                Some(reason) => Some((reason, count)),
                None => unsure.then_some((DropReason::Unconfirmed, turned_away)),
            },
            kept,
            spilled: 0,
        }
    }
}
