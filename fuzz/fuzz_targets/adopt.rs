//! Takes over the memory of a dead instance in which every count, lease and byte may be wrong, and then
//! halves, sends and gives up its batches. The ledger always balances.
#![no_main]

use laminar_edge::{Adopted, AdoptedLease, Counters, Limits, Outcome, SpanBuffer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u16, u8, &[u8])| {
    let (spans, recorded, flags, encoded) = input;
    let mut buffer = SpanBuffer::new(Limits::default(), &[]);
    let destination = buffer.destination("http://localhost/v1/traces", "k");
    let spans = usize::from(spans);
    buffer.adopt_counters(Counters {
        recorded: u64::from(recorded) + spans as u64,
        ..Counters::default()
    });
    let chunk = Adopted {
        destination,
        spans,
        newest_first: flags & 1 << 5 != 0,
        ambiguous: u32::from(flags & 1),
        lease: (flags & 2 != 0).then_some(AdoptedLease {
            token: 1,
            handed: flags & 4 != 0,
            leased_at_ms: 0.0,
            expires_at_ms: 10.0,
        }),
    };
    buffer.adopt(&chunk, encoded);
    buffer.reconcile();
    assert!(buffer.stats().is_balanced());

    let horizon = buffer.seal();
    for (id, beats) in buffer.overdue(horizon, 20.0) {
        buffer.expire(id, beats, 20.0);
    }
    let outcomes = [Outcome::TooLarge, Outcome::Unsent, Outcome::Ambiguous];
    for round in 0..64 {
        let Some(lease) = buffer.lease(horizon, &[], 20.0, 1.0) else {
            break;
        };
        assert!(buffer.body(lease.id).is_some());
        let outcome = if round < 60 {
            outcomes[usize::from(flags >> 3) % outcomes.len()]
        } else {
            Outcome::Accepted { rejected: u64::MAX }
        };
        buffer.hand_over(lease.id);
        buffer.settle(lease.id, outcome);
        assert!(buffer.stats().is_balanced());
    }
});
