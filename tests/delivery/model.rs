//! The model: where every span must be, computed without the buffer and by simpler means.

use crate::common::packer::{pack, Path};
use crate::common::table::{chunks, Chunk};
use crate::common::{self, span};
use crate::figures::Figures;
use crate::spilling::Item;
use crate::step::Step;
use laminar_edge::{
    DestinationId, DropReason, Horizon, LeaseId, Limits, Outcome, Redelivery, SpanBuffer,
};
use std::collections::BTreeSet;

/// One span that was pushed.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) to: DestinationId,
    /// The limits when it was pushed.
    pub(crate) limits: Limits,
    pub(crate) held: bool,
    /// The hold whose answer about this span still counts.
    pub(crate) owner: Option<usize>,
    /// How many sends of it may have arrived, to the sender's knowledge.
    pub(crate) uncertain: u32,
    /// The oldest span that it was ever joined with. It counts as pushed with that one.
    pub(crate) since: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holding {
    Live,
    Expired,
    Over,
}

/// One lease that was ever given.
#[derive(Clone, Debug)]
pub(crate) struct Hold {
    pub(crate) id: LeaseId,
    pub(crate) spans: Vec<u64>,
    pub(crate) holding: Holding,
    pub(crate) handed: bool,
    /// Whether the body went to the store, not to the server.
    pub(crate) stored: bool,
    /// How many sends may have arrived before the lease.
    pub(crate) doubt: u32,
    pub(crate) settled: bool,
    pub(crate) beats: u32,
    pub(crate) from_ms: f64,
    pub(crate) due_ms: f64,
}

/// A hold that `overdue` returned, and how often it had beaten by then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suspect {
    pub(crate) hold: usize,
    pub(crate) id: LeaseId,
    pub(crate) beats: u32,
    pub(crate) known_beats: u32,
}

#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) buffer: SpanBuffer,
    pub(crate) destinations: Vec<DestinationId>,
    pub(crate) redelivery: Redelivery,
    pub(crate) now_ms: f64,
    /// Span number `n` is at `n - 1`.
    pub(crate) spans: Vec<Known>,
    pub(crate) holds: Vec<Hold>,
    pub(crate) items: Vec<Item>,
    /// Horizons, and the first span number behind each.
    pub(crate) horizons: Vec<(Horizon, u64)>,
    pub(crate) suspects: Vec<Suspect>,
    /// What the server has.
    pub(crate) server: BTreeSet<u64>,
    /// The expected figures, without `buffered` and `in_flight`.
    pub(crate) figures: Figures,
    /// Bytes and spans that were held in flight when the limits shrank below them.
    pub(crate) pinned: (usize, usize),
    /// Bytes of large strings that wait for their span.
    pub(crate) parts: Option<usize>,
    /// For each destination: up to which size its batches are joined, and whether it accepted the
    /// last one.
    pub(crate) answers: Vec<(usize, bool)>,
    /// Whether something else happened since, so that space may be gone, or a refusal may be out of
    /// date.
    pub(crate) interrupted: bool,
}

impl Model {
    pub(crate) fn new(redelivery: Redelivery) -> Self {
        let limits = Limits {
            redelivery,
            ..common::tight()
        };
        let (mut buffer, first) = common::buffer(limits);
        let destinations = vec![
            first,
            buffer.destination("https://example.test/v1/traces", "other key"),
            buffer.destination("https://other.test/v1/traces", "key"),
        ];
        let start = (buffer.seal(), 1);
        Self {
            buffer,
            answers: vec![(usize::MAX, false); destinations.len()],
            destinations,
            redelivery,
            now_ms: 1_000.0,
            spans: Vec::new(),
            holds: Vec::new(),
            items: Vec::new(),
            horizons: vec![start],
            suspects: Vec::new(),
            server: BTreeSet::new(),
            figures: Figures::default(),
            pinned: (0, 0),
            parts: None,
            interrupted: false,
        }
    }

    pub(crate) fn step(&mut self, step: &Step) {
        let before = chunks(&self.buffer);
        let recording = matches!(step, Step::Parts { .. } | Step::Packed { .. });
        self.interrupted |= self.parts.is_some() && !recording;
        match step {
            Step::Push { to, payload } => self.push(*to, *payload),
            Step::Packed { to, large } => self.push_packed(*to, large),
            Step::Parts { to, size } => {
                self.parts(*to, *size);
            }
            Step::Garbage { to } => self.garbage(*to),
            Step::Seal => self.seal(),
            Step::Lease {
                horizon,
                skip,
                ttl,
                max_bytes,
                sending,
            } => self.lease(horizon, skip, *ttl, *max_bytes, *sending),
            Step::Store(index) => self.with_hold(index, Self::store),
            Step::Spilled(index) => self.with_hold(index, Self::spilled),
            Step::Drain(index, outcome, arrived) => self.drain(index, *outcome, *arrived),
            Step::HandOver(index) => self.with_hold(index, Self::hand_over),
            Step::Beat(index) => self.with_hold(index, Self::beat),
            Step::Settle(index, outcome, arrived) => {
                self.with_hold(index, |model, hold| model.settle(hold, *outcome, *arrived));
            }
            Step::Suspect(index) => self.suspect(index),
            Step::Expire(index) => self.expire(index),
            Step::Clock(jump) => {
                self.now_ms = if jump.is_nan() {
                    0.0
                } else {
                    self.now_ms + jump
                }
            }
            Step::Limits(limits) => self.set_limits(*limits),
            Step::Clear => self.clear(),
        }
        self.audit(step, &before);
    }

    /// Ends the run: either all spans are sent, or the program stops. Then the server's count must
    /// lie between the certain and the possible number.
    pub(crate) fn finish(&mut self, die: bool) {
        if die {
            self.clear();
        } else {
            for hold in 0..self.holds.len() {
                if self.holds[hold].holding == Holding::Live {
                    self.settle(hold, Outcome::Unsent, false);
                }
            }
            self.seal();
            while self.lease_from(self.horizons.len() - 1, &[], 1e9, usize::MAX, true) {
                let hold = self.holds.len() - 1;
                self.hand_over(hold);
                self.settle(hold, Outcome::Accepted { rejected: 0 }, true);
            }
            while !self.items.is_empty() {
                self.drain_item(0, Outcome::Accepted { rejected: 0 }, true);
            }
            assert_eq!(self.buffer.stats().spilled, 0);
        }
        // No answer came for these. Every second one has arrived all the same.
        for (index, hold) in self.holds.iter().enumerate() {
            if hold.handed && !hold.settled && index % 2 == 0 {
                self.server.extend(&hold.spans);
            }
        }
        let stats = self.buffer.stats();
        assert!(stats.is_balanced());
        assert_eq!((stats.buffered, stats.in_flight), (0, 0));
        assert_eq!(
            self.buffer.allocated_bytes(),
            0,
            "idle memory is given back"
        );
        let arrived = self.server.len() as u64;
        assert!(stats.exported <= arrived, "{stats:?}, {arrived} arrived");
        // Spans in a store may have arrived before they were stored.
        assert!(
            arrived <= stats.exported + stats.unconfirmed + stats.spilled,
            "{stats:?}, {arrived} arrived"
        );
    }

    fn push(&mut self, to: usize, payload: usize) {
        let number = self.spans.len() as u64 + 1;
        let data = span(number, payload);
        let before = Figures::of(&self.buffer.stats());
        let taken = self.buffer.push(self.destinations[to], &data);
        (self.parts, self.interrupted) = (Some(payload), false);
        self.pushed(to, taken, before);
    }

    fn push_packed(&mut self, to: usize, large: &[usize]) {
        let number = self.spans.len() as u64 + 1;
        let before = Figures::of(&self.buffer.stats());
        for size in large {
            self.parts(to, *size);
        }
        let record = pack(&span(number, 5), &Path::new());
        let taken = self
            .buffer
            .push_packed(self.destinations[to], &record.packed())
            .unwrap();
        self.pushed(to, taken, before);
    }

    fn parts(&mut self, to: usize, size: usize) {
        let to = self.destinations[to];
        *self.parts.get_or_insert_default() += size;
        let text = vec![b'p'; size];
        for piece in text.chunks(1_500).rev() {
            self.buffer.push_part(to, piece);
        }
        self.buffer.push_key(to, b"large");
    }

    /// Notes the span that was just pushed.
    fn pushed(&mut self, to: usize, taken: bool, before: Figures) {
        let after = Figures::of(&self.buffer.stats());
        let limits = *self.buffer.limits();
        self.figures.recorded += 1;
        let number = self.figures.recorded;
        self.spans.push(Known {
            to: self.destinations[to],
            limits,
            held: taken,
            owner: None,
            uncertain: 0,
            since: number,
        });
        let reasons = [
            DropReason::QueueFull,
            DropReason::SpanTooLarge,
            DropReason::Malformed,
        ];
        let refused = reasons
            .into_iter()
            .filter(|reason| after.dropped[*reason as usize] > before.dropped[*reason as usize]);
        let refused: Vec<_> = refused.collect();
        assert_eq!(refused.len(), usize::from(!taken));
        for reason in refused {
            self.figures.drop(reason, 1);
            let room = limits.max_export_batch_size_bytes;
            match reason {
                _ if self.interrupted => {}
                DropReason::QueueFull => {
                    let chunks = chunks(&self.buffer);
                    assert!(chunks.iter().all(Chunk::leased), "something could give way");
                }
                DropReason::SpanTooLarge => {
                    let size = self.parts.unwrap_or_default();
                    assert!(size + 600 > room, "{size} fits in {room}");
                }
                _ => panic!("the record was well-formed"),
            }
        }
        self.forget_parts();
    }

    fn garbage(&mut self, to: usize) {
        let packed = laminar_edge::packed::Packed {
            words: &[1, 2, 3],
            floats: &[],
            text: b"??",
            units: 2,
        };
        let before = Figures::of(&self.buffer.stats());
        let taken = self.buffer.push_packed(self.destinations[to], &packed);
        assert_eq!(taken, Ok(false));
        self.interrupted = true;
        self.pushed(to, false, before);
    }

    fn seal(&mut self) {
        let horizon = self.buffer.seal();
        self.horizons.push((horizon, self.spans.len() as u64 + 1));
        self.forget_parts();
    }

    pub(crate) fn forget_parts(&mut self) {
        (self.parts, self.interrupted) = (None, false);
    }

    fn set_limits(&mut self, limits: Limits) {
        self.buffer.set_limits(Limits {
            redelivery: self.redelivery,
            ..limits
        });
        self.pin();
    }

    /// Lets spans in flight stay above the caps until they are settled.
    pub(crate) fn pin(&mut self) {
        let stats = self.buffer.stats();
        self.pinned = (
            self.buffer.allocated_bytes(),
            usize::try_from(stats.buffered + stats.in_flight).unwrap(),
        );
    }
}
