//! Ending the leases of holders that died.
//!
//! Time alone decides nothing, because clocks jump: a lease ends when it is overdue and its holder
//! was silent while somebody looked. A living holder beats.

use crate::buffer::table::{Row, Watched, LEASED};
use crate::buffer::{Horizon, SpanBuffer};
use crate::delivery::lease::LeaseId;

impl SpanBuffer {
    /// Returns the leases before the horizon whose time seems up at `now_ms`, with their beats so
    /// far. A clock that stands before the lease began counts as suspicious too.
    pub fn overdue(&self, horizon: Horizon, now_ms: f64) -> Vec<(LeaseId, u32)> {
        let overdue = |row: &Row| row.state == LEASED && row.is_overdue(now_ms);
        let found = self.before(horizon).filter(|(_, row)| overdue(row));
        found
            .map(|(slot, row)| {
                let token = row.token;
                (LeaseId { slot, token }, row.beats)
            })
            .collect()
    }

    /// Ends an overdue lease if its holder has not beaten since `beats` was read. Between the two
    /// calls the caller must have waited longer than holders pause between beats.
    pub fn expire(&mut self, id: LeaseId, beats: u32, now_ms: f64) -> bool {
        let row = self.in_force(id);
        let dead = row.is_some_and(|row| row.beats == beats && row.is_overdue(now_ms));
        if dead {
            self.give_back(id.slot, true);
        }
        dead
    }

    /// Looks at all leases and ends those that are overdue at `now_ms` and whose holders have not
    /// beaten for `silence_ms`. What was seen is kept from look to look. One look adds at most
    /// `look_ms`, the pause between two, however many look and however far the clock jumps.
    pub fn expire_silent(&mut self, now_ms: f64, look_ms: f64, silence_ms: f64) {
        let mut slot = self.chunks().oldest();
        while let Some(row) = self.chunks_mut().row_mut(slot) {
            let (here, before) = (slot, row.watched);
            slot = row.newer;
            row.watched = Watched::default();
            if row.state != LEASED || !row.is_overdue(now_ms) {
                continue;
            }
            let mut silent_ms = 0.0;
            if before.seen && before.beats == row.beats {
                silent_ms = before.silent_ms + (now_ms - before.seen_at_ms).max(0.0).min(look_ms);
            }
            row.watched = Watched {
                seen_at_ms: now_ms,
                silent_ms,
                beats: row.beats,
                seen: true,
            };
            if silent_ms >= silence_ms {
                self.give_back(here, true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Outcome, SpanData, SpanId, TraceId};

    const LOOK_MS: f64 = 50.0;
    const SILENCE_MS: f64 = 200.0;

    /// A buffer with one lease, due at 1,000 ms.
    fn leased() -> (SpanBuffer, crate::Lease) {
        let mut buffer = SpanBuffer::new(Limits::default(), &[]);
        let destination = buffer.destination("http://localhost/v1/traces", "k");
        let trace = TraceId::from_bytes([1; 16]).unwrap();
        let span = SpanData::new(trace, SpanId::from_bytes([2; 8]).unwrap(), "s");
        buffer.push(destination, &span);
        let horizon = buffer.seal();
        let lease = buffer.lease(horizon, &[], 0.0, 1_000.0).unwrap();
        buffer.hand_over(lease.id);
        (buffer, lease)
    }

    fn look(buffer: &mut SpanBuffer, now_ms: f64) -> bool {
        buffer.expire_silent(now_ms, LOOK_MS, SILENCE_MS);
        buffer.stats().in_flight == 0
    }

    #[test]
    fn a_lease_that_is_not_overdue_stays() {
        let (mut buffer, _) = leased();
        assert!((0..1_000).all(|now| !look(&mut buffer, f64::from(now))));
    }

    #[test]
    fn one_that_is_overdue_ends_after_silence_that_was_seen() {
        let (mut buffer, lease) = leased();
        let looks = [1_000.0, 1_040.0, 1_080.0, 1_130.0, 1_180.0, 1_220.0];
        let ended = looks.map(|now| look(&mut buffer, now));
        assert_eq!(ended, [false, false, false, false, false, true]);
        // The answer may still come.
        let settled = buffer.settle(lease.id, Outcome::Accepted { rejected: 0 });
        assert_eq!(settled.exported, 1);
    }

    #[test]
    fn a_beat_begins_the_silence_anew() {
        let (mut buffer, lease) = leased();
        for now in (0..40).map(|at| 1_000.0 + f64::from(at) * LOOK_MS) {
            buffer.beat(lease.id);
            assert!(!look(&mut buffer, now));
        }
    }

    #[test]
    fn a_clock_that_jumps_adds_one_pause_and_one_that_stands_none() {
        let (mut buffer, _) = leased();
        for now in [1_000.0, 9e9, 2e10, -5.0, f64::NAN, 3e10] {
            assert!(!look(&mut buffer, now), "{now}");
        }
        assert!((0..100).all(|_| !look(&mut buffer, 3e10)));
    }

    #[test]
    fn a_lease_given_again_is_not_the_one_that_was_silent() {
        let (mut buffer, lease) = leased();
        look(&mut buffer, 1_000.0);
        look(&mut buffer, 1_050.0);
        buffer.settle(lease.id, Outcome::Unsent);
        let horizon = buffer.seal();
        buffer.lease(horizon, &[], 1_060.0, 10.0).unwrap();
        let looks = [1_100.0, 1_150.0, 1_200.0, 1_250.0];
        assert_eq!(looks.map(|now| look(&mut buffer, now)), [false; 4]);
        assert!(look(&mut buffer, 1_300.0));
    }
}
