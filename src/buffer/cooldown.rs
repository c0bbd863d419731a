//! Destinations that are left alone for a while, because they asked for it or because they would
//! only say the same again.

use crate::buffer::destinations::DestinationId;
use crate::buffer::span_buffer::{Horizon, SpanBuffer};
use crate::buffer::table::SEALED;

/// While this lasts, nothing is sent there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hold {
    /// When it began.
    pub since_ms: f64,
    /// When it ends.
    pub until_ms: f64,
    /// The HTTP status that brought it about.
    pub status: u16,
}

impl Hold {
    /// Milliseconds that it still lasts. A clock that stands before its beginning ends it: better
    /// one request too early than a destination that is left alone for ever.
    pub fn remaining_ms(&self, now_ms: f64) -> f64 {
        if (self.since_ms..self.until_ms).contains(&now_ms) {
            self.until_ms - now_ms
        } else {
            0.0
        }
    }
}

impl SpanBuffer {
    /// Leaves a destination alone from `now_ms` on.
    pub fn hold(&mut self, id: DestinationId, now_ms: f64, ms: f64, status: u16) {
        let hold = Hold {
            since_ms: now_ms,
            until_ms: now_ms + ms,
            status,
        };
        self.destinations.hold(id, hold);
    }

    /// The destinations that are held while batches before the horizon wait for them.
    pub fn held_back(
        &self,
        horizon: Horizon,
        now_ms: f64,
    ) -> impl Iterator<Item = (DestinationId, Hold)> + '_ {
        let ids = self.destinations.ids();
        ids.filter_map(move |id| Some((id, self.destinations.held(id, now_ms)?)))
            .filter(move |(id, _)| {
                self.before(horizon)
                    .any(|(_, row)| row.state == SEALED && row.destination == id.index())
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
                .held_back(horizon, 1_200.0)
                .next()
                .unwrap()
                .1
                .remaining_ms(1_200.0),
            300.0
        );
        let lease = buffer.lease(horizon, &[], 1_200.0, 10.0).unwrap();
        assert_eq!(lease.destination, other);
        assert_eq!(buffer.lease(horizon, &[], 1_200.0, 10.0), None);
        // Nor does a clock that was set back hold it for ever.
        assert_eq!(buffer.held_back(horizon, 900.0).next(), None);
        let lease = buffer.lease(horizon, &[], 1_500.0, 10.0).unwrap();
        assert_eq!(lease.destination, held);
        assert_eq!(buffer.held_back(horizon, 1_500.0).next(), None);
    }
}
