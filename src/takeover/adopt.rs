//! Taking over what a dead instance left behind.
//!
//! The caller has read the [`table`](crate::buffer::table) of the dead instance and copies its counters
//! and chunks here. What the copies do not account for was lost, and is counted.

use crate::buffer::table::{Row, LEASED, SEALED};
use crate::buffer::{DestinationId, DropReason, SpanBuffer};

/// A chunk of another instance.
#[derive(Clone, Copy, Debug)]
pub struct Adopted {
    /// The destination as this buffer knows it.
    pub destination: DestinationId,
    /// How many spans.
    pub spans: usize,
    /// Whether it was still open: its spans then stand newest first.
    pub newest_first: bool,
    /// How many earlier sends may have arrived.
    pub ambiguous: u32,
    /// The lease it was under, if any.
    pub lease: Option<AdoptedLease>,
}

/// A lease whose holder died with its instance. It stays a lease until it is overdue.
#[derive(Clone, Copy, Debug)]
pub struct AdoptedLease {
    /// Its number, which it keeps.
    pub token: u32,
    /// Whether the body went to the network.
    pub handed: bool,
    /// When it began.
    pub leased_at_ms: f64,
    /// When it is due.
    pub expires_at_ms: f64,
}

/// The counters of another instance.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counters {
    /// Spans that ended.
    pub recorded: u64,
    /// Spans that a server took.
    pub exported: u64,
    /// Spans that a server turned away.
    pub rejected: u64,
    /// Spans that were sent a second time.
    pub redelivered: u64,
    /// Spans that lie in a spill store.
    pub spilled: u64,
    /// Spans that were handed to the runtime.
    pub handed: u64,
}

impl SpanBuffer {
    /// Adds the dead instance's counters to this buffer's.
    pub fn adopt_counters(&mut self, counters: Counters) {
        self.account(|root| {
            root.record(counters.recorded);
            root.exported += counters.exported;
            root.rejected += counters.rejected;
            root.redelivered += counters.redelivered;
            root.spilled += counters.spilled;
            root.handed += counters.handed;
        });
    }

    /// Adds the dead instance's losses of one kind.
    pub fn adopt_dropped(&mut self, reason: DropReason, spans: u64) {
        self.count_dropped(spans, reason);
    }

    /// Takes a chunk over: its spans as they stand behind the request header. Returns false if there
    /// is no room for it.
    pub fn adopt(&mut self, chunk: &Adopted, encoded: &[u8]) -> bool {
        let body = if chunk.newest_first {
            self.chunks().body_of_newest_first(encoded, chunk.spans)
        } else {
            self.chunks().body_of(encoded)
        };
        let Some((body, header)) = body else {
            return false;
        };
        if self.allocated_bytes() + body.capacity() > self.limits().max_queue_bytes {
            return false;
        }
        let mut row = Row::free();
        row.state = SEALED;
        row.destination = chunk.destination.index();
        row.sequence = self.next_sequence();
        row.spans = chunk.spans;
        row.header = header;
        row.ambiguous = chunk.ambiguous;
        if let Some(lease) = chunk.lease {
            row.state = LEASED;
            row.token = lease.token;
            self.reserve_token(lease.token);
            row.handed = u32::from(lease.handed);
            row.leased_at_ms = lease.leased_at_ms;
            row.expires_at_ms = lease.expires_at_ms;
        }
        self.chunks_mut().insert_newest(row, body);
        self.publish();
        true
    }

    /// Ends the takeover: counts as lost what the copies do not account for. Returns how many spans
    /// that were.
    pub fn reconcile(&mut self) -> u64 {
        let (buffered, in_flight) = self.present();
        let root = self.root();
        let dropped: u64 = root.dropped.iter().sum();
        let gone = root.spilled + root.handed + root.exported + root.rejected + dropped;
        let lost = root.recorded.saturating_sub(buffered + in_flight + gone);
        self.adopt_dropped(DropReason::Trap, lost);
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Outcome};

    #[test]
    fn a_takeover_accounts_for_every_span() {
        let mut buffer = SpanBuffer::new(Limits::default(), &[]);
        let destination = buffer.destination("http://localhost/v1/traces", "k");
        buffer.adopt_counters(Counters {
            recorded: 12,
            exported: 3,
            rejected: 1,
            redelivered: 2,
            spilled: 1,
            handed: 2,
        });
        let chunk = Adopted {
            destination,
            spans: 2,
            newest_first: false,
            ambiguous: 0,
            lease: None,
        };
        assert!(buffer.adopt(&chunk, &[0x12, 0, 0x12, 0]));
        assert_eq!(buffer.reconcile(), 3);
        let stats = buffer.stats();
        assert_eq!(stats.dropped, [(DropReason::Trap, 3)]);
        assert_eq!((stats.spilled, stats.handed), (1, 2));
        assert_eq!(stats.redelivered, 2);
        assert!(stats.is_balanced());
    }

    #[test]
    fn a_chunk_may_fill_the_queue_to_its_last_byte() {
        let limits = Limits {
            max_queue_bytes: 16 << 10,
            ..Limits::default()
        };
        // Returns the bytes of the buffer when it has taken over one span of so many bytes.
        let adopted = |bytes: usize| {
            let mut buffer = SpanBuffer::new(limits, &[]);
            let chunk = Adopted {
                destination: buffer.destination("http://localhost/v1/traces", "k"),
                spans: 1,
                newest_first: false,
                ambiguous: 0,
                lease: None,
            };
            let encoded = vec![0; bytes];
            buffer
                .adopt(&chunk, &encoded)
                .then(|| buffer.allocated_bytes())
        };
        let header = adopted(16_000).unwrap() - 16_000;
        let most = limits.max_queue_bytes - header;
        assert_eq!(adopted(most), Some(limits.max_queue_bytes));
        assert_eq!(adopted(most + 1), None);
    }

    #[test]
    fn an_adopted_lease_stays_a_lease_until_it_is_overdue() {
        let mut buffer = SpanBuffer::new(Limits::default(), &[]);
        let destination = buffer.destination("http://localhost/v1/traces", "k");
        buffer.adopt_counters(Counters {
            recorded: 1,
            ..Counters::default()
        });
        let lease = AdoptedLease {
            token: 7,
            handed: true,
            leased_at_ms: 100.0,
            expires_at_ms: 200.0,
        };
        buffer.adopt(
            &Adopted {
                destination,
                spans: 1,
                newest_first: false,
                ambiguous: 0,
                lease: Some(lease),
            },
            &[0x12, 0],
        );
        let horizon = buffer.seal();
        assert_eq!(buffer.lease(horizon, &[], 150.0, 50.0), None);
        assert_eq!(buffer.overdue(horizon, 150.0), []);
        let overdue = buffer.overdue(horizon, 200.0);
        assert!(buffer.expire(overdue[0].0, overdue[0].1, 200.0));
        let again = buffer.lease(horizon, &[], 201.0, 50.0).unwrap();
        buffer.hand_over(again.id);
        buffer.settle(again.id, Outcome::Accepted { rejected: 0 });
        assert_eq!(
            (buffer.stats().exported, buffer.stats().redelivered),
            (1, 1)
        );
    }
}
