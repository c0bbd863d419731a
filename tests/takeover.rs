//! A fresh instance takes over the spans of a dead one: none is lost, and their order stays.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has done its work, helpers included"
)]

mod common;

use common::table::chunks;
use common::{buffer, drain, numbers, span, take, tight};
use laminar_edge::table::{LEASED, OPEN};
use laminar_edge::{Adopted, AdoptedLease, Counters, DestinationId, Outcome, SpanBuffer};
use proptest::prelude::*;

/// What happens before the instance dies.
#[derive(Clone, Copy, Debug)]
enum Step {
    Push {
        other: bool,
        payload: usize,
    },
    Seal,
    /// Leases a batch, hands it over or not, and settles it or not.
    Lease {
        handed: bool,
        settled: bool,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let push = (any::<bool>(), 0usize..700);
    let step = prop_oneof![
        6 => push.prop_map(|(other, payload)| Step::Push { other, payload }),
        2 => Just(Step::Seal),
        1 => any::<(bool, bool)>().prop_map(|(handed, settled)| Step::Lease { handed, settled }),
    ];
    prop::collection::vec(step, 0..40)
}

/// Takes over as the exports in `src/js/adopt.rs` do. A lease that was not handed over is free
/// again.
fn take_over(dead: &SpanBuffer, fresh: &mut SpanBuffer, destinations: &[DestinationId]) {
    let stats = dead.stats();
    fresh.adopt_counters(Counters {
        recorded: stats.recorded,
        exported: stats.exported,
        rejected: stats.rejected,
        redelivered: stats.redelivered,
        spilled: stats.spilled,
        handed: stats.handed,
    });
    for (reason, spans) in stats.dropped {
        fresh.adopt_dropped(reason, spans);
    }
    for chunk in chunks(dead) {
        let row = &chunk.row;
        let handed = row.state == LEASED && row.handed == 1;
        let adopted = Adopted {
            destination: destinations[row.destination],
            spans: row.spans,
            newest_first: row.state == OPEN,
            ambiguous: row.ambiguous,
            lease: handed.then_some(AdoptedLease {
                token: row.token,
                handed,
                leased_at_ms: row.leased_at_ms,
                expires_at_ms: row.expires_at_ms,
            }),
        };
        assert!(fresh.adopt(&adopted, &chunk.encoded()));
    }
    assert_eq!(fresh.reconcile(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_of_the_dead_instance_are_sent_in_order(all in steps()) {
        let (mut dead, first) = buffer(tight());
        let second = dead.destination("https://other.test/v1/traces", "key");
        let mut horizon = dead.horizon();
        let mut number = 0;
        for step in all {
            match step {
                Step::Push { other, payload } => {
                    number += 1;
                    dead.push(if other { second } else { first }, &span(number, payload));
                }
                Step::Seal => horizon = dead.seal(),
                Step::Lease { handed, settled } => {
                    let Some(lease) = take(&mut dead, horizon) else { continue };
                    if handed {
                        dead.hand_over(lease.id);
                    }
                    if settled {
                        dead.settle(lease.id, Outcome::Unsent);
                    }
                }
            }
        }
        // The destinations have other numbers in the fresh instance.
        let (mut fresh, second) = buffer(tight());
        let first = fresh.destination("https://other.test/v1/traces", "key");
        take_over(&dead, &mut fresh, &[first, second]);
        prop_assert!(fresh.stats().is_balanced());

        let spans = |buffer: &SpanBuffer, to: DestinationId| -> Vec<u64> {
            let mut chunks = chunks(buffer);
            chunks.retain(|chunk| chunk.row.destination == to.index());
            chunks.iter().flat_map(|chunk| chunk.spans.clone()).collect()
        };
        for (old, new) in [(0, first), (1, second)] {
            let old = dead.destination_at(old).unwrap();
            prop_assert!(spans(&fresh, new).is_sorted());
            prop_assert_eq!(spans(&fresh, new), spans(&dead, old));
        }
        for batch in drain(&mut fresh) {
            prop_assert!(batch.is_sorted(), "{:?}", batch);
        }
    }
}

#[test]
fn bytes_that_are_no_spans_are_taken_over_too() {
    let (mut fresh, to) = buffer(tight());
    let chunk = Adopted {
        destination: to,
        spans: 2,
        newest_first: true,
        ambiguous: 0,
        lease: None,
    };
    let broken = [0x12, 1, 0, 0x12, 9, 0];
    assert!(fresh.adopt(&chunk, &broken));
    let horizon = fresh.seal();
    let lease = take(&mut fresh, horizon).unwrap();
    let [span, rest] = [&broken[..3], &broken[3..]];
    let expected = [rest, span].concat();
    assert!(fresh.body(lease.id).unwrap().ends_with(&expected));
}

#[test]
fn an_open_chunk_and_a_sealed_one_keep_their_order() {
    let (mut dead, to) = buffer(tight());
    for number in 1..=3 {
        dead.push(to, &span(number, 10));
    }
    dead.seal();
    for number in 4..=6 {
        dead.push(to, &span(number, 10));
    }
    let (mut fresh, to) = buffer(tight());
    take_over(&dead, &mut fresh, &[to]);
    let horizon = fresh.seal();
    let lease = take(&mut fresh, horizon).unwrap();
    assert_eq!(numbers(fresh.body(lease.id).unwrap()), [1, 2, 3, 4, 5, 6]);
}
