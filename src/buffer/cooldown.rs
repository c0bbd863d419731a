//! Destinations that are left alone for a while, because they asked for it or because they would
//! only give the same answer again.

use crate::buffer::destinations::{DestinationId, Hold};
use crate::buffer::span_buffer::{Horizon, SpanBuffer};
use crate::buffer::table::SEALED;

impl SpanBuffer {
    /// Leaves a destination alone from `now_ms` on, for `ms`.
    pub fn hold(&mut self, id: DestinationId, now_ms: f64, ms: f64, status: u16) {
        let cooldown = Hold {
            since_ms: now_ms,
            until_ms: now_ms + ms,
            status,
        };
        self.destinations.cool_down(id, cooldown);
    }

    /// Returns the cooldown that a destination is in at `now_ms`.
    pub fn cooldown(&self, id: DestinationId, now_ms: f64) -> Option<Hold> {
        self.destinations.cooldown(id, now_ms)
    }

    /// Returns the destination of the oldest batch before the horizon that waits while its destination
    /// cools down, those apart that `skip` names.
    pub fn held_back(
        &self,
        horizon: Horizon,
        now_ms: f64,
        skip: &dyn Fn(DestinationId) -> bool,
    ) -> Option<(DestinationId, Hold)> {
        self.before(horizon).find_map(|(_, row)| {
            let id = DestinationId::of(row);
            let hold = self.cooldown(id, now_ms)?;
            (row.state == SEALED && !skip(id)).then_some((id, hold))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, SpanData, SpanId, TraceId};

    #[test]
    fn a_held_destination_is_passed_over_until_its_time_is_up() {
        let mut buffer = SpanBuffer::new(Limits::default(), &[]);
        let held = buffer.destination("https://held.test", "k");
        let other = buffer.destination("https://other.test", "k");
        let trace = TraceId::from_bytes([1; 16]).unwrap();
        for destination in [held, other] {
            let span = SpanData::new(trace, SpanId::from_bytes([2; 8]).unwrap(), "s");
            buffer.push(destination, &span);
        }
        let horizon = buffer.seal();
        buffer.hold(held, 1_000.0, 500.0, 429);
        assert_eq!(
            buffer
                .held_back(horizon, 1_200.0, &|_| false)
                .unwrap()
                .1
                .remaining_ms(1_200.0),
            300.0
        );
        let lease = buffer.lease(horizon, &[], 1_200.0, 10.0).unwrap();
        assert_eq!(lease.destination, other);
        assert_eq!(buffer.lease(horizon, &[], 1_200.0, 10.0), None);
        // Nor does a clock that was set back hold it for ever.
        assert_eq!(buffer.held_back(horizon, 900.0, &|_| false), None);
        let lease = buffer.lease(horizon, &[], 1_500.0, 10.0).unwrap();
        assert_eq!(lease.destination, held);
        assert_eq!(buffer.held_back(horizon, 1_500.0, &|_| false), None);
    }

    #[test]
    fn only_a_destination_that_cools_down_while_batches_wait_for_it_is_held_back() {
        let mut buffer = SpanBuffer::new(Limits::default(), &[]);
        let [waits, idle, sends, later, warm] = ["a", "b", "c", "d", "e"]
            .map(|name| buffer.destination(&format!("https://{name}.test"), "k"));
        let trace = TraceId::from_bytes([1; 16]).unwrap();
        let span = SpanData::new(trace, SpanId::from_bytes([2; 8]).unwrap(), "s");
        for destination in [waits, sends, warm] {
            buffer.push(destination, &span);
        }
        let horizon = buffer.seal();
        buffer.lease(horizon, &[waits, warm], 0.0, 1e9).unwrap();
        buffer.push(later, &span);
        buffer.seal();
        for destination in [waits, idle, sends, later] {
            buffer.hold(destination, 0.0, 1_000.0, 503);
        }
        let held = buffer.held_back(horizon, 999.0, &|_| false);
        assert_eq!(held.map(|(id, _)| id), Some(waits));
        assert_eq!(buffer.held_back(horizon, 999.0, &|id| id == waits), None);
        let (_, hold) = buffer.held_back(horizon, 0.0, &|_| false).unwrap();
        assert_eq!(
            (hold.since_ms, hold.until_ms, hold.status),
            (0.0, 1_000.0, 503)
        );
        assert_eq!(hold.remaining_ms(0.0), 1_000.0);
        assert_eq!(hold.remaining_ms(1_000.0), 0.0);
        assert_eq!(buffer.held_back(horizon, 1_000.0, &|_| false), None);
    }
}
