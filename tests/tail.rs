//! Batches that are published for a Tail Worker, and how its buffer takes them.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has done its work, helpers included"
)]

mod common;

use common::{buffer, numbers, only_body, request, span, tight};
use laminar_edge::{
    DestinationId, DropReason, Horizon, Lease, LeaseFor, LeaseRequest, Limits, Outcome, Settled,
    SpanBuffer, Ways,
};
use proptest::prelude::*;

const TAIL_ONLY: Ways = Ways {
    network: false,
    tail: true,
};

fn take(
    buffer: &mut SpanBuffer,
    purpose: LeaseFor,
    horizon: Horizon,
    max_bytes: usize,
) -> Option<Lease> {
    buffer.lease_of(&LeaseRequest {
        horizon,
        skip: &|_| false,
        now_ms: 0.0,
        ttl_ms: 1_000.0,
        max_bytes,
        purpose,
    })
}

/// Returns a buffer with one destination of these ways.
fn with_ways(ways: Ways) -> (SpanBuffer, DestinationId) {
    let (mut buffer, to) = buffer(tight());
    buffer.set_ways(to, ways);
    (buffer, to)
}

#[test]
fn each_way_leases_its_own_batches() {
    for (network, tail) in [(true, false), (false, true), (true, true)] {
        let (mut buffer, to) = with_ways(Ways { network, tail });
        buffer.push(to, &span(1, 10));
        let horizon = buffer.seal();
        // What cannot go to the network from here cannot when it leaves a store either.
        for (purpose, may) in [
            (LeaseFor::Network, network),
            (LeaseFor::Store, network),
            (LeaseFor::Tail, tail),
        ] {
            let lease = take(&mut buffer, purpose, horizon, usize::MAX);
            assert_eq!(lease.is_some(), may, "{purpose:?}");
            if let Some(lease) = lease {
                buffer.settle(lease.id, Outcome::Unsent);
            }
        }
    }
}

#[test]
fn a_tail_gets_batches_of_a_held_destination() {
    let (mut buffer, to) = with_ways(Ways {
        network: true,
        tail: true,
    });
    buffer.push(to, &span(1, 10));
    buffer.hold(to, 0.0, 1_000.0, 429);
    let horizon = buffer.seal();
    assert!(take(&mut buffer, LeaseFor::Network, horizon, usize::MAX).is_none());
    assert!(take(&mut buffer, LeaseFor::Tail, horizon, usize::MAX).is_some());
}

#[test]
fn a_published_batch_counts_as_handed_only() {
    let (mut buffer, to) = with_ways(TAIL_ONLY);
    for number in 1..=3 {
        buffer.push(to, &span(number, 10));
    }
    let horizon = buffer.seal();
    let lease = take(&mut buffer, LeaseFor::Tail, horizon, usize::MAX).unwrap();
    for _ in 0..2 {
        assert_eq!(buffer.settle_handed(lease.id), Settled::default());
        assert_eq!(buffer.stats().handed, 3, "once");
    }
    buffer.push(to, &span(4, 10));
    let stats = buffer.stats();
    assert_eq!((stats.recorded, stats.handed, stats.buffered), (4, 3, 1));
    assert!(stats.is_balanced());
}

#[test]
fn a_batch_that_could_not_be_published_stays() {
    let (mut buffer, to) = with_ways(TAIL_ONLY);
    buffer.push(to, &span(1, 10));
    let horizon = buffer.seal();
    let lease = take(&mut buffer, LeaseFor::Tail, horizon, usize::MAX).unwrap();
    buffer.settle(lease.id, Outcome::Unsent);
    assert!(take(&mut buffer, LeaseFor::Tail, horizon, usize::MAX).is_some());
    assert_eq!(buffer.stats().handed, 0);
}

#[test]
fn bodies_of_many_isolates_become_one_request() {
    let bodies = [[1, 2], [3, 4], [5, 6]].map(|pair| {
        let (mut buffer, to) = buffer(tight());
        for number in pair {
            buffer.push(to, &span(number, 30));
        }
        only_body(&mut buffer)
    });
    let (mut tail, to) = buffer(Limits::default());
    for body in &bodies {
        assert_eq!(tail.receive(to, body), Some(2));
    }
    // A destination that has accepted nothing yet gets small requests, and these are small.
    let body = only_body(&mut tail);
    assert_eq!(numbers(&body), [1, 2, 3, 4, 5, 6]);
    assert_eq!(request(&body).resource_spans.len(), 1);
    assert_eq!(tail.stats().recorded, 6);
    assert!(tail.stats().is_balanced());
}

#[test]
fn spans_without_room_are_counted() {
    let (mut sender, to) = buffer(Limits::default());
    for number in 1..=20 {
        sender.push(to, &span(number, 2_000));
    }
    let body = only_body(&mut sender);
    let (mut tail, to) = buffer(Limits {
        max_queue_bytes: 16 << 10,
        ..Limits::default()
    });
    assert_eq!(tail.receive(to, &body), Some(20));
    let stats = tail.stats();
    assert_eq!(stats.dropped, [(DropReason::QueueFull, 20)]);
    assert!(stats.is_balanced());
}

#[test]
fn no_spans_are_no_body() {
    let (mut tail, to) = buffer(Limits::default());
    for nothing in [
        &[][..],
        &[0x0a, 0],
        &[0x0a, 8, 0x0a, 0, 0x12, 4, 0x0a, 2, 0, 0],
    ] {
        assert_eq!(tail.receive(to, nothing), None, "{nothing:?}");
    }
    assert_eq!(tail.stats().recorded, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_taken_whole_or_not_at_all(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        at in any::<prop::sample::Index>(),
        change in any::<u8>(),
    ) {
        let (mut sender, to) = buffer(tight());
        for number in 1..=4 {
            sender.push(to, &span(number, 20));
        }
        let mut damaged = only_body(&mut sender);
        let at = at.index(damaged.len());
        damaged[at] ^= change;
        for body in [&damaged, &bytes] {
            let (mut tail, to) = buffer(Limits::default());
            let received = tail.receive(to, body);
            prop_assert_eq!(tail.stats().recorded, received.unwrap_or(0));
            prop_assert!(tail.stats().is_balanced());
        }
    }
}
