//! Checks what must be true after every step.

use crate::common::table::{chunks, Chunk};
use crate::figures::Figures;
use crate::model::{Holding, Known, Model};
use crate::step::Step;
use laminar_edge::{DropReason, Outcome};

impl Model {
    pub(crate) fn known(&self, number: u64) -> &Known {
        &self.spans[usize::try_from(number).unwrap() - 1]
    }

    pub(crate) fn known_mut(&mut self, number: u64) -> &mut Known {
        &mut self.spans[usize::try_from(number).unwrap() - 1]
    }

    pub(crate) fn audit(&mut self, step: &Step, before: &[Chunk]) {
        let after = chunks(&self.buffer);
        let present = self.places(&after);
        let gone = self.evicted(&present);
        if !gone.is_empty() {
            check_eviction(step, before, &gone);
        }
        let stats = self.buffer.stats();
        assert!(stats.is_balanced(), "{stats:?}");
        assert_eq!(Figures::of(&stats), self.figures);
        assert_eq!(
            stats.unconfirmed,
            self.figures.dropped[DropReason::Unconfirmed as usize]
        );
        let own = self.items.iter().filter(|item| item.own);
        let spilled: usize = own.map(|item| item.spans.len()).sum();
        assert_eq!(stats.spilled, spilled as u64);
        let leased = after.iter().filter(|chunk| chunk.leased());
        let leased: usize = leased.map(|chunk| chunk.spans.len()).sum();
        assert_eq!(stats.in_flight, leased as u64);
        assert_eq!(stats.buffered, (present.len() - leased) as u64);
        self.check_caps(present.len());
        self.check_holds(&after);
    }

    /// Checks that the spans in memory are there once, in order, and with batches of their kind.
    fn places(&self, after: &[Chunk]) -> Vec<u64> {
        for to in &self.destinations {
            let own = after
                .iter()
                .filter(|chunk| chunk.row.destination == to.index());
            let own: Vec<u64> = own.flat_map(|chunk| chunk.spans.clone()).collect();
            assert!(
                own.is_sorted_by(|a, b| a < b),
                "first in, first out: {own:?}"
            );
            assert!(own.iter().all(|number| self.known(*number).to == *to));
        }
        for chunk in after {
            let known = chunk.spans.iter().map(|number| self.known(*number));
            for span in known.clone() {
                assert!(span.held, "{chunk:?} has a span that was done with");
                assert_eq!(chunk.row.ambiguous, span.uncertain, "{chunk:?}");
            }
            let (spans, bytes) = known.fold((0, 0), |(spans, bytes), known| {
                (
                    known.limits.max_export_batch_size.max(spans),
                    known.limits.max_export_batch_size_bytes.max(bytes),
                )
            });
            assert!(
                chunk.spans.len() <= spans && chunk.bytes <= bytes.max(1),
                "{chunk:?}"
            );
        }
        after.iter().flat_map(|chunk| chunk.spans.clone()).collect()
    }

    /// Counts the spans that are gone without having been settled.
    fn evicted(&mut self, present: &[u64]) -> Vec<u64> {
        let present: std::collections::BTreeSet<u64> = present.iter().copied().collect();
        let all = 1..=self.spans.len() as u64;
        let gone: Vec<u64> = all
            .filter(|number| self.known(*number).held && !present.contains(number))
            .collect();
        for number in &gone {
            let doubtful = self.known(*number).uncertain > 0;
            self.known_mut(*number).held = false;
            let reason = if doubtful {
                DropReason::Unconfirmed
            } else {
                DropReason::Evicted
            };
            self.figures.drop(reason, 1);
        }
        gone
    }

    fn check_caps(&mut self, spans: usize) {
        let limits = self.buffer.limits();
        let bytes = self.buffer.allocated_bytes();
        // Spans that were in flight when the limits shrank may stay until they are settled.
        self.pinned = (self.pinned.0.min(bytes), self.pinned.1.min(spans));
        assert!(
            bytes <= limits.max_queue_bytes.max(self.pinned.0),
            "{bytes} bytes"
        );
        assert!(
            spans <= limits.max_queue_size.max(self.pinned.1),
            "{spans} spans"
        );
    }

    /// Checks that the leased chunks are those of the live holds.
    fn check_holds(&self, after: &[Chunk]) {
        let leased = after.iter().filter(|chunk| chunk.leased());
        let mut leased: Vec<_> = leased.map(|chunk| chunk.spans.clone()).collect();
        let live = self
            .holds
            .iter()
            .filter(|hold| hold.holding == Holding::Live);
        let mut live: Vec<_> = live.map(|hold| hold.spans.clone()).collect();
        leased.sort();
        live.sort();
        assert_eq!(leased, live);
    }
}

/// Checks that whole chunks are evicted, oldest first, and only if space is needed.
fn check_eviction(step: &Step, before: &[Chunk], gone: &[u64]) {
    match step {
        Step::Settle(_, Outcome::TooLarge, _) => {}
        Step::Push { .. }
        | Step::Packed { .. }
        | Step::Parts { .. }
        | Step::Garbage { .. }
        | Step::Limits(_) => {
            let waiting = before.iter().filter(|chunk| !chunk.leased());
            let oldest: Vec<u64> = waiting.flat_map(|chunk| chunk.spans.clone()).collect();
            let mut expected = oldest[..gone.len()].to_vec();
            expected.sort_unstable();
            assert_eq!(gone, expected, "the oldest give way");
            let cut = before.iter().any(|chunk| {
                let lost = chunk.spans.iter().filter(|span| gone.contains(span));
                ![0, chunk.spans.len()].contains(&lost.count())
            });
            assert!(!cut, "whole chunks give way");
        }
        other => panic!("{other:?} made {gone:?} give way"),
    }
}
