//! Leases in the model: whose answers count for which spans.

use crate::model::{Hold, Holding, Model, Suspect};
use crate::spilling::Item;
use crate::step::Which;
use laminar_edge::{DropReason, LeaseId, Outcome, Redelivery, Settled};

impl Model {
    pub(crate) fn with_hold(&mut self, which: &Which, act: impl FnOnce(&mut Self, usize)) {
        if let Some(hold) = which.of(self.holds.len()) {
            act(self, hold);
        }
    }

    pub(crate) fn hand_over(&mut self, hold: usize) {
        let Hold { id, holding, .. } = self.holds[hold];
        assert_eq!(
            self.buffer.body(id).is_some(),
            holding == Holding::Live,
            "only a live lease has a body"
        );
        self.buffer.hand_over(id);
        if holding != Holding::Live || self.holds[hold].handed {
            return;
        }
        let sends = self.uncertain(hold);
        if sends > 0 {
            assert_eq!(self.redelivery, Redelivery::AtLeastOnce);
            assert_eq!(sends, 1, "at most one redelivery");
            self.figures.redelivered += self.holds[hold].spans.len() as u64;
        }
        self.holds[hold].handed = true;
    }

    pub(crate) fn beat(&mut self, hold: usize) {
        self.buffer.beat(self.holds[hold].id);
        self.holds[hold].beats += u32::from(self.holds[hold].holding == Holding::Live);
    }

    pub(crate) fn settle(&mut self, hold: usize, outcome: Outcome, arrived: bool) {
        let Hold {
            id,
            holding,
            handed,
            stored,
            settled,
            doubt,
            ..
        } = self.holds[hold];
        let spans = self.holds[hold].spans.clone();
        let counts = holding != Holding::Over && self.owns(hold);
        // A batch that was never sent cannot arrive.
        let outcome = match outcome {
            Outcome::Accepted { .. } if !handed => Outcome::Unsent,
            Outcome::Accepted { .. } | Outcome::Refused | Outcome::TooLarge if stored => {
                Outcome::Unsent
            }
            outcome => outcome,
        };
        let expected = if counts {
            self.expected(hold, outcome)
        } else {
            Settled::default()
        };
        if counts {
            self.answered(hold, outcome);
        }
        let found = self.buffer.settle(id, outcome);
        assert_eq!(found, expected, "{outcome:?} of {:?}", self.holds[hold]);
        if !settled {
            let taken = match outcome {
                Outcome::Accepted { rejected } => spans
                    .len()
                    .saturating_sub(usize::try_from(rejected).unwrap_or(usize::MAX)),
                Outcome::Ambiguous if handed && arrived && !stored => spans.len(),
                _ => 0,
            };
            self.server.extend(&spans[..taken]);
            if stored && arrived && outcome == Outcome::Ambiguous {
                self.items.push(Item {
                    spans: spans.clone(),
                    doubt,
                    own: false,
                });
            }
        }
        self.holds[hold].settled = true;
        self.holds[hold].holding = Holding::Over;
        if counts {
            self.settled(&spans, found, handed && outcome == Outcome::Ambiguous);
        }
    }

    /// Returns what settling must do, with the doubts from the expiry that it takes back.
    fn expected(&mut self, hold: usize, outcome: Outcome) -> Settled {
        let Hold {
            holding, handed, ..
        } = self.holds[hold];
        let spans = self.holds[hold].spans.clone();
        let count = spans.len() as u64;
        let late = holding == Holding::Expired;
        let kept = Settled {
            kept: count,
            ..Settled::default()
        };
        let lost = |reason, count| Settled {
            dropped: Some((reason, count)),
            ..Settled::default()
        };
        if late && handed {
            // A certain answer replaces the doubt; an uncertain one confirms it.
            for number in &spans {
                self.known_mut(*number).uncertain -= 1;
            }
        }
        let doubtful = self.uncertain(hold) > 0;
        match outcome {
            Outcome::Unsent => kept,
            Outcome::TooLarge if count > 1 => kept,
            Outcome::TooLarge if doubtful => lost(DropReason::Unconfirmed, count),
            Outcome::TooLarge => lost(DropReason::PayloadTooLarge, count),
            Outcome::Ambiguous if late || !handed => kept,
            Outcome::Ambiguous if self.redelivery == Redelivery::AtLeastOnce && !doubtful => kept,
            Outcome::Ambiguous => lost(DropReason::Unconfirmed, count),
            Outcome::Refused if doubtful => lost(DropReason::Unconfirmed, count),
            Outcome::Refused => Settled {
                rejected: count,
                ..Settled::default()
            },
            Outcome::Accepted { rejected } => {
                let turned_away = rejected.min(count);
                let unsure = doubtful && turned_away > 0;
                Settled {
                    exported: count - turned_away,
                    rejected: if unsure { 0 } else { turned_away },
                    dropped: unsure.then_some((DropReason::Unconfirmed, turned_away)),
                    ..Settled::default()
                }
            }
        }
    }

    fn settled(&mut self, spans: &[u64], settled: Settled, in_doubt: bool) {
        self.figures.exported += settled.exported;
        self.figures.rejected += settled.rejected;
        if let Some((reason, count)) = settled.dropped {
            self.figures.drop(reason, count);
        }
        for number in spans {
            let known = self.known_mut(*number);
            known.owner = None;
            known.held = settled.kept > 0;
            known.uncertain += u32::from(in_doubt);
        }
    }

    pub(crate) fn suspect(&mut self, horizon: &Which) {
        let at = horizon.of(self.horizons.len()).unwrap();
        let (horizon, behind) = self.horizons[at];
        let found = self.buffer.overdue(horizon, self.now_ms);
        let expected = self.holds.iter().filter(|hold| {
            let since = self.known(hold.spans[0]).since;
            hold.holding == Holding::Live && since < behind && self.looks_dead(hold)
        });
        assert_eq!(found.len(), expected.count());
        for (id, beats) in found {
            let hold = self.hold_of(id);
            let known_beats = self.holds[hold].beats;
            self.suspects.push(Suspect {
                hold,
                id,
                beats,
                known_beats,
            });
        }
    }

    pub(crate) fn expire(&mut self, which: &Which) {
        let Some(suspect) = which.of(self.suspects.len()) else {
            return;
        };
        let suspect = self.suspects[suspect];
        let hold = &self.holds[suspect.hold];
        let dead = hold.holding == Holding::Live
            && hold.beats == suspect.known_beats
            && self.looks_dead(hold);
        let (handed, spans) = (hold.handed, hold.spans.clone());
        let doubtful = self.uncertain(suspect.hold) > 0;
        let found = self.buffer.expire(suspect.id, suspect.beats, self.now_ms);
        assert_eq!(found, dead, "{suspect:?}");
        if !dead {
            return;
        }
        self.holds[suspect.hold].holding = Holding::Expired;
        let again = self.redelivery == Redelivery::AtLeastOnce && !doubtful;
        for number in &spans {
            let known = self.known_mut(*number);
            known.uncertain += u32::from(handed);
            known.held = again || !handed;
        }
        if handed && !again {
            let count = spans.len() as u64;
            self.figures.drop(DropReason::Unconfirmed, count);
        }
    }

    pub(crate) fn clear(&mut self) {
        let mut cleared = 0;
        for number in 1..=self.spans.len() as u64 {
            let known = self.known(number);
            if !known.held {
                continue;
            }
            let sending = known.owner.is_some_and(|hold| {
                self.holds[hold].handed && self.holds[hold].holding == Holding::Live
            });
            let reason = if sending || known.uncertain > 0 {
                DropReason::Unconfirmed
            } else {
                DropReason::Shutdown
            };
            self.figures.drop(reason, 1);
            self.known_mut(number).held = false;
            cleared += 1;
        }
        for hold in &mut self.holds {
            hold.holding = Holding::Over;
        }
        assert_eq!(self.buffer.clear(DropReason::Shutdown), cleared);
    }

    /// Returns whether this hold is overdue by the clock.
    fn looks_dead(&self, hold: &Hold) -> bool {
        self.now_ms < hold.from_ms || self.now_ms >= hold.due_ms
    }

    fn hold_of(&self, id: LeaseId) -> usize {
        self.holds.iter().position(|hold| hold.id == id).unwrap()
    }

    pub(crate) fn owns(&self, hold: usize) -> bool {
        let spans = self.holds[hold].spans.iter();
        let mut owned = spans.map(|number| self.known(*number));
        owned.all(|known| known.held && known.owner == Some(hold))
    }

    /// Returns how many sends of a hold's spans may have arrived, without its own.
    fn uncertain(&self, hold: usize) -> u32 {
        self.uncertain_of(&self.holds[hold].spans)
    }

    pub(crate) fn uncertain_of(&self, spans: &[u64]) -> u32 {
        self.known(spans[0]).uncertain
    }
}
