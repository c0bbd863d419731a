//! Leasing in the model: which batch must be leased.

use crate::common::table::{chunks, Chunk};
use crate::common::{decode, number_of};
use crate::joining::{Joining, FRAME_BYTES};
use crate::model::{Hold, Holding, Model};
use crate::step::Which;
use laminar_edge::{LeaseFor, LeaseRequest};

impl Model {
    pub(crate) fn lease(
        &mut self,
        horizon: &Which,
        skip: &[usize],
        ttl: f64,
        max_bytes: usize,
        sending: bool,
    ) {
        let horizon = horizon.of(self.horizons.len()).unwrap();
        self.lease_from(horizon, skip, ttl, max_bytes, sending);
    }

    /// Leases, and compares with the batch that must be leased; false if there was none.
    pub(crate) fn lease_from(
        &mut self,
        horizon: usize,
        skip: &[usize],
        ttl: f64,
        max_bytes: usize,
        sending: bool,
    ) -> bool {
        let (horizon, behind) = self.horizons[horizon];
        let skip: Vec<_> = skip.iter().map(|index| self.destinations[*index]).collect();
        let waiting = |model: &Self| -> Vec<Chunk> {
            let mut chunks = chunks(&model.buffer);
            chunks.retain(|chunk| {
                let known = chunk.sealed().then(|| model.known(chunk.spans[0]));
                known.is_some_and(|first| first.since < behind && !skip.contains(&first.to))
            });
            // Batches that have been sent before come last.
            chunks.sort_by_key(|chunk| chunk.row.handed);
            chunks
        };
        let fits = |chunk: &Chunk| chunk.bytes <= max_bytes;
        let before = waiting(self);
        let everything = chunks(&self.buffer);
        let bytes = self.buffer.allocated_bytes();
        let found = self.buffer.lease_of(&LeaseRequest {
            horizon,
            skip: &|id| skip.contains(&id),
            now_ms: self.now_ms,
            ttl_ms: ttl,
            max_bytes,
            purpose: if sending {
                LeaseFor::Network
            } else {
                LeaseFor::Store
            },
        });
        let after = waiting(self);
        // Halving a batch ends its last lease for good, because a late answer about the whole says
        // nothing about a half.
        for chunk in &before {
            if !after.iter().any(|kept| kept.spans == chunk.spans) {
                for number in &chunk.spans {
                    self.known_mut(*number).owner = None;
                }
            }
        }
        // The headers of halves may exceed the cap.
        let halves = (after.len() + 1).saturating_sub(before.len());
        assert!(self.buffer.allocated_bytes() <= bytes + 300 * halves + FRAME_BYTES);
        self.pin();
        let Some(lease) = found else {
            assert!(!after.iter().any(fits), "{after:?}");
            let alone = |chunk: &Chunk| chunk.spans.len() == 1;
            assert!(after.iter().all(alone), "{after:?}");
            return false;
        };
        let body = self.buffer.body(lease.id).unwrap();
        assert!(body.len() <= max_bytes);
        let body = decode(body);
        let numbers: Vec<u64> = body.iter().map(number_of).collect();
        assert_eq!(numbers.len(), lease.spans);
        assert!(
            numbers.is_sorted(),
            "in the order in which they ended: {numbers:?}"
        );
        assert_eq!(self.uncertain_of(&numbers), lease.ambiguous);
        // Every batch that was passed over is older, has one span and is too large.
        let all = |chunks: &[Chunk]| -> Vec<u64> {
            chunks
                .iter()
                .flat_map(|chunk| chunk.spans.clone())
                .collect()
        };
        let found = all(&before).iter().position(|span| *span == numbers[0]);
        let at = found.unwrap();
        let mut passed = after.iter();
        for number in &all(&before)[..at] {
            let chunk = passed.next().unwrap();
            assert_eq!(chunk.spans, [*number]);
            assert!(!fits(chunk), "{chunk:?} could have been leased");
        }
        let whole = before
            .iter()
            .find(|chunk| chunk.spans.contains(&numbers[0]));
        assert!(whole.is_some_and(|chunk| numbers.starts_with(&chunk.spans) || !fits(chunk)));
        let body_bytes = self.buffer.body(lease.id).unwrap().len();
        let joining = Joining {
            numbers: &numbers,
            body_bytes,
            behind,
            max_bytes,
            sending,
            halved: !fits(whole.unwrap()) || at > 0,
        };
        self.joined(&everything, bytes, &joining);
        let hold = self.holds.len();
        for number in &numbers {
            assert_eq!(self.known(*number).to, lease.destination);
            let known = &mut self.spans[usize::try_from(*number).unwrap() - 1];
            known.owner = Some(hold);
        }
        assert!(self.holds.iter().all(|other| other.id != lease.id));
        self.holds.push(Hold {
            id: lease.id,
            spans: numbers,
            holding: Holding::Live,
            handed: false,
            stored: false,
            doubt: lease.ambiguous,
            settled: false,
            beats: 0,
            from_ms: self.now_ms,
            due_ms: self.now_ms + ttl,
        });
        true
    }
}
