//! Small batches that wait are joined into few requests. Their order, doubt and caps do not change.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has done its work, helpers included"
)]

mod common;

use common::table::chunks;
use common::{buffer, drain, numbers, span, take, take_for_store, tight};
use laminar_edge::{DestinationId, Horizon, Lease, Limits, Outcome, Settled, SpanBuffer};

const ACCEPTED: Outcome = Outcome::Accepted { rejected: 0 };

/// Makes one batch for each span, and sends each once with this outcome.
fn failed(buffer: &mut SpanBuffer, to: DestinationId, spans: &[u64], outcome: Outcome) -> Horizon {
    let mut horizon = buffer.seal();
    for number in spans {
        buffer.push(to, &span(*number, 0));
        horizon = buffer.seal();
        let lease = take(buffer, horizon).unwrap();
        assert_eq!(numbers(buffer.body(lease.id).unwrap()), [*number]);
        buffer.hand_over(lease.id);
        buffer.settle(lease.id, outcome);
    }
    horizon
}

/// Sends the next batch, which the server accepts.
fn deliver(buffer: &mut SpanBuffer, horizon: Horizon) -> Vec<u64> {
    let lease = take(buffer, horizon).unwrap();
    let spans = numbers(buffer.body(lease.id).unwrap());
    buffer.hand_over(lease.id);
    buffer.settle(lease.id, ACCEPTED);
    spans
}

#[test]
fn ten_thousand_failed_batches_leave_in_twenty_requests() {
    let (mut buffer, to) = buffer(Limits::default());
    let all: Vec<u64> = (1..=10_000).collect();
    failed(&mut buffer, to, &all, Outcome::Unsent);
    assert_eq!(chunks(&buffer).len(), 10_000);
    let before = buffer.stats();
    let batches = drain(&mut buffer);
    assert_eq!(batches.len(), 10_000usize.div_ceil(512));
    assert_eq!(batches.concat(), all);
    let stats = buffer.stats();
    assert_eq!((stats.exported, stats.redelivered), (10_000, 0));
    assert_eq!(before.recorded, stats.recorded);
    assert_eq!(buffer.allocated_bytes(), 0);
}

#[test]
fn ten_thousand_unsent_batches_leave_in_twenty_requests() {
    let (mut buffer, to) = buffer(Limits::default());
    // As under a `Retry-After`: each flush seals, and none may send.
    for number in 1..=1_000 {
        buffer.push(to, &span(number, 0));
        buffer.seal();
    }
    assert_eq!(drain(&mut buffer).len(), 2);
}

#[test]
fn new_batches_are_sent_before_failed_ones() {
    let (mut buffer, to) = buffer(tight());
    failed(&mut buffer, to, &[1, 2, 3], Outcome::Unsent);
    for number in [4, 5] {
        buffer.push(to, &span(number, 0));
        buffer.seal();
    }
    assert_eq!(drain(&mut buffer), [vec![4, 5], vec![1, 2, 3]]);
}

#[test]
fn doubt_does_not_spread() {
    let (mut buffer, to) = buffer(tight());
    failed(&mut buffer, to, &[1, 2], Outcome::Unsent);
    failed(&mut buffer, to, &[3, 4], Outcome::Ambiguous);
    let horizon = failed(&mut buffer, to, &[5, 6], Outcome::Unsent);
    assert_eq!(deliver(&mut buffer, horizon), [1, 2]);
    assert_eq!(buffer.stats().redelivered, 0);
    assert_eq!(deliver(&mut buffer, horizon), [3, 4]);
    assert_eq!(buffer.stats().redelivered, 2);
    assert_eq!(deliver(&mut buffer, horizon), [5, 6]);
    assert_eq!(buffer.stats().redelivered, 2);
}

#[test]
fn doubtful_batches_are_joined_only_if_the_destination_accepted_the_last_one() {
    let (mut buffer, to) = buffer(tight());
    let horizon = failed(&mut buffer, to, &[1, 2, 3, 4, 5], Outcome::Ambiguous);
    let lease = take(&mut buffer, horizon).unwrap();
    buffer.hand_over(lease.id);
    let lost = buffer.settle(lease.id, Outcome::Ambiguous);
    assert_eq!(lost.dropped.map(|(_, spans)| spans), Some(1));
    assert_eq!(deliver(&mut buffer, horizon), [2]);
    assert_eq!(deliver(&mut buffer, horizon), [3, 4, 5]);
}

#[test]
fn requests_stay_small_while_a_destination_accepts_nothing() {
    let limits = Limits {
        max_export_batch_size_bytes: 1 << 20,
        ..Limits::default()
    };
    let (mut buffer, to) = buffer(limits);
    let mut horizon = buffer.seal();
    for number in 1..=200 {
        buffer.push(to, &span(number, 1_000));
        horizon = buffer.seal();
    }
    let first = take(&mut buffer, horizon).unwrap();
    let bytes = buffer.body(first.id).unwrap().len();
    assert!((60 << 10..=64 << 10).contains(&bytes), "{bytes}");
    buffer.hand_over(first.id);
    buffer.settle(first.id, Outcome::Unsent);
    // The destination has not accepted anything yet; then it does.
    let next = deliver(&mut buffer, horizon).len();
    assert_eq!(next, first.spans);
    assert_eq!(deliver(&mut buffer, horizon).len(), 200 - 2 * next);
}

#[test]
fn a_batch_of_another_kind_between_two_keeps_them_apart() {
    let (mut buffer, to) = buffer(tight());
    let other = buffer.destination("https://other.test/v1/traces", "key");
    for (number, to) in [(1, to), (2, other), (3, to), (4, other)] {
        buffer.push(to, &span(number, 0));
        buffer.seal();
    }
    // A batch of another destination does not count.
    assert_eq!(drain(&mut buffer), [[1, 3], [2, 4]]);

    for number in [5, 6, 7] {
        failed(&mut buffer, to, &[number], Outcome::Unsent);
    }
    let horizon = buffer.seal();
    let lease = |buffer: &mut SpanBuffer| -> Lease {
        take_for_store(buffer, horizon, 200, (0.0, 1e9)).unwrap()
    };
    let (first, second) = (lease(&mut buffer), lease(&mut buffer));
    buffer.settle(first.id, Outcome::Unsent);
    // Span six is being sent, so joining five and seven would change the order.
    assert_eq!(take(&mut buffer, horizon).unwrap().spans, 1);
    assert_eq!(second.spans, 1);
    assert_eq!(take(&mut buffer, horizon).unwrap().spans, 1);
}

#[test]
fn spans_behind_the_horizon_are_not_joined() {
    let (mut buffer, to) = buffer(tight());
    let horizon = failed(&mut buffer, to, &[1, 2], Outcome::Unsent);
    failed(&mut buffer, to, &[], Outcome::Unsent);
    buffer.push(to, &span(3, 0));
    buffer.seal();
    assert_eq!(deliver(&mut buffer, horizon), [1, 2]);
    assert_eq!(take(&mut buffer, horizon), None);
}

#[test]
fn caps_are_respected() {
    let many = Limits {
        max_export_batch_size_bytes: 16 << 10,
        ..tight()
    };
    let (mut buffer, to) = buffer(many);
    failed(
        &mut buffer,
        to,
        &(1..=20).collect::<Vec<_>>(),
        Outcome::Unsent,
    );
    let sizes = |batches: &[Vec<u64>]| batches.iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(sizes(&drain(&mut buffer)), [8, 8, 4]);

    let mut horizon = buffer.seal();
    for number in 21..=26 {
        buffer.push(to, &span(number, 1_500));
        horizon = buffer.seal();
    }
    buffer.set_limits(tight());
    for spans in [2, 2, 2] {
        let lease = take(&mut buffer, horizon).unwrap();
        let bytes = buffer.body(lease.id).unwrap().len();
        assert_eq!(lease.spans, spans);
        assert!(bytes <= 4 << 10, "{bytes}");
    }
}

#[test]
fn the_copy_needs_room_too() {
    let limits = Limits {
        max_export_batch_size_bytes: 16 << 10,
        ..tight()
    };
    let (mut buffer, to) = buffer(limits);
    let mut horizon = buffer.seal();
    for number in 1..=9 {
        buffer.push(to, &span(number, 1_500));
        horizon = buffer.seal();
    }
    let mut delivered = Vec::new();
    while buffer.stats().buffered > 0 {
        let free = limits.max_queue_bytes - buffer.allocated_bytes();
        let lease = take(&mut buffer, horizon).unwrap();
        let bytes = buffer.body(lease.id).unwrap().len();
        assert!(lease.spans == 1 || bytes <= free, "{bytes} of {free}");
        buffer.hand_over(lease.id);
        buffer.settle(lease.id, ACCEPTED);
        delivered.push(lease.spans);
    }
    // A batch that has been sent makes room for a larger one.
    assert_eq!(delivered, [1, 1, 2, 5]);
}

#[test]
fn halves_of_a_too_large_batch_are_not_joined_again() {
    let (mut buffer, to) = buffer(Limits::default());
    let all: Vec<u64> = (1..=100).collect();
    let horizon = failed(&mut buffer, to, &all, Outcome::Unsent);
    let (mut order, mut requests) = (Vec::new(), 0);
    while let Some(lease) = take(&mut buffer, horizon) {
        let body = buffer.body(lease.id).unwrap();
        let (spans, fits) = (numbers(body), body.len() <= 1_000);
        buffer.hand_over(lease.id);
        requests += 1;
        if fits {
            order.extend(spans);
            buffer.settle(lease.id, ACCEPTED);
        } else {
            assert_eq!(
                buffer.settle(lease.id, Outcome::TooLarge).kept,
                lease.spans as u64
            );
        }
    }
    assert_eq!(order, all);
    assert!(requests < 50, "{requests}");
}

#[test]
fn an_old_lease_of_a_joined_batch_settles_nothing() {
    let (mut buffer, to) = buffer(tight());
    for number in [1, 2, 3] {
        buffer.push(to, &span(number, 0));
        buffer.seal();
    }
    let horizon = buffer.seal();
    let dead: Vec<Lease> = (0..3)
        .map(|_| take_for_store(&mut buffer, horizon, 200, (0.0, 10.0)).unwrap())
        .collect();
    for lease in &dead {
        buffer.hand_over(lease.id);
    }
    for (id, beats) in buffer.overdue(horizon, 11.0) {
        assert!(buffer.expire(id, beats, 11.0));
    }
    let joined = take_for_store(&mut buffer, horizon, usize::MAX, (12.0, 1e9));
    let joined = joined.unwrap();
    assert_eq!((joined.spans, joined.ambiguous), (3, 1));
    for lease in dead {
        assert_eq!(buffer.settle(lease.id, ACCEPTED), Settled::default());
    }
    buffer.hand_over(joined.id);
    assert_eq!(buffer.settle(joined.id, ACCEPTED).exported, 3);
    let stats = buffer.stats();
    assert_eq!((stats.exported, stats.redelivered), (3, 3));
    assert!(stats.is_balanced());
}

#[test]
fn stores_get_large_items_even_if_the_server_refuses() {
    let (mut buffer, to) = buffer(tight());
    let horizon = failed(&mut buffer, to, &[1, 2, 3], Outcome::Ambiguous);
    let lease = take_for_store(&mut buffer, horizon, usize::MAX, (0.0, 1e9));
    let lease = lease.unwrap();
    buffer.hand_to_store(lease.id);
    assert_eq!(buffer.settle_spilled(lease.id).spilled, 3);
}

#[test]
fn a_body_is_joined_up_to_the_last_byte_of_its_limit() {
    let (mut buffer, to) = buffer(Limits::default());
    for number in 1..=3 {
        buffer.push(to, &span(number, 100));
        buffer.seal();
    }
    let horizon = buffer.seal();
    let mut smallest = None;
    for max_bytes in 200..2_000 {
        let Some(lease) = take_for_store(&mut buffer, horizon, max_bytes, (0.0, 1e9)) else {
            continue;
        };
        if lease.spans == 3 {
            let body = buffer.body(lease.id).unwrap();
            assert_eq!(numbers(body), [1, 2, 3]);
            smallest = Some((max_bytes, body.len()));
            break;
        }
        // The lease has one span, or two that form one batch from now on.
        buffer.settle(lease.id, Outcome::Unsent);
    }
    // Space is reserved for the longest header; this one has lengths of two bytes instead of five.
    let (max_bytes, bytes) = smallest.unwrap();
    assert_eq!(max_bytes, bytes + 6);
}

#[test]
fn half_of_the_smallest_request_that_was_too_large_is_large_enough() {
    let (mut buffer, to) = buffer(Limits::default());
    let joined = |buffer: &mut SpanBuffer| {
        let horizon = buffer.seal();
        let lease = take(buffer, horizon).unwrap();
        let bytes = buffer.body(lease.id).unwrap().len();
        (lease, bytes)
    };
    for number in 1..=40 {
        buffer.push(to, &span(number, 100));
        buffer.seal();
    }
    let (lease, first) = joined(&mut buffer);
    assert_eq!(lease.spans, 40);
    // A lease without an answer from the network says nothing about the destination.
    buffer.settle(lease.id, Outcome::Unsent);
    let (lease, _) = joined(&mut buffer);
    assert_eq!(lease.spans, 40);
    buffer.hand_over(lease.id);
    buffer.settle(lease.id, Outcome::TooLarge);
    // The halves stay as they are, and later batches are joined to at most half the size.
    for number in 41..=80 {
        buffer.push(to, &span(number, 100));
        buffer.seal();
    }
    let (lease, bytes) = joined(&mut buffer);
    assert!(
        bytes <= first / 2 && bytes > first / 2 - 250,
        "{bytes} of {first}"
    );
    assert!(lease.spans < 40);
}

#[test]
fn a_lease_is_found_by_its_number() {
    let (mut buffer, to) = buffer(tight());
    let other = buffer.destination("https://other.test/v1/traces", "key");
    for to in [to, other] {
        buffer.push(to, &span(1, 0));
    }
    let horizon = buffer.seal();
    let [first, second] = [(); 2].map(|()| take(&mut buffer, horizon).unwrap());
    assert_ne!(first.id.token(), second.id.token());
    for lease in [&first, &second] {
        assert_eq!(buffer.lease_with(lease.id.token()), Some(lease.id));
        assert_eq!(buffer.lease_known(lease.id.token()), Some(lease.id));
        assert_eq!(
            buffer.destination_of_lease(lease.id),
            Some(lease.destination)
        );
        assert_eq!(
            buffer.destination_at(lease.destination.index()),
            Some(lease.destination)
        );
    }
    assert_eq!(buffer.destination_at(2), None);
    let unknown = second.id.token() + 1;
    assert_eq!(buffer.lease_with(unknown), None);
    assert_eq!(buffer.lease_known(unknown), None);
    // An expired lease is known, but not live; a settled one is neither.
    buffer.hand_over(first.id);
    let overdue = buffer.overdue(horizon, 60_000.0);
    assert!(buffer.expire(first.id, overdue[0].1, 60_000.0));
    assert_eq!(buffer.lease_with(first.id.token()), None);
    assert_eq!(buffer.lease_known(first.id.token()), Some(first.id));
    buffer.settle(second.id, Outcome::Unsent);
    assert_eq!(buffer.lease_known(second.id.token()), None);
    assert_eq!(buffer.destination_of_lease(second.id), None);
    assert_eq!(buffer.remaining(horizon), (2, 0));
}
