//! Which flush may send a batch, which may still settle it, and what its answer counts for.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has done its work, helpers included"
)]

mod common;

use common::{buffer, drain, dropped, numbers, span, take, tight};
use laminar_edge::{
    DestinationId, DropReason, Horizon, Lease, Limits, Outcome, Redelivery, Settled, SpanBuffer,
};

const ACCEPTED: Outcome = Outcome::Accepted { rejected: 0 };

/// Returns a buffer with one sealed batch of spans 1 to `spans`.
fn filled(limits: Limits, spans: u64) -> (SpanBuffer, DestinationId, Horizon) {
    let (mut buffer, to) = buffer(limits);
    for number in 1..=spans {
        buffer.push(to, &span(number, 0));
    }
    let horizon = buffer.seal();
    (buffer, to, horizon)
}

/// Leases for ten milliseconds, hands over, and lets the lease expire.
fn expired(buffer: &mut SpanBuffer, horizon: Horizon) -> Lease {
    let lease = buffer.lease(horizon, &[], 0.0, 10.0).unwrap();
    buffer.hand_over(lease.id);
    let (id, beats) = buffer.overdue(horizon, 11.0)[0];
    assert!(buffer.expire(id, beats, 11.0));
    lease
}

#[test]
fn a_late_settle_counts_until_the_batch_is_leased_again() {
    let (mut buffer, _, horizon) = filled(tight(), 3);
    let lease = expired(&mut buffer, horizon);
    assert_eq!(buffer.stats().buffered, 3);
    assert_eq!(buffer.settle(lease.id, ACCEPTED).exported, 3);
    assert_eq!(buffer.stats().exported, 3);
    assert_eq!(take(&mut buffer, horizon), None);
}

#[test]
fn a_late_settle_after_another_lease_changes_nothing() {
    let (mut buffer, _, horizon) = filled(tight(), 3);
    let first = expired(&mut buffer, horizon);
    let second = take(&mut buffer, horizon).unwrap();
    assert_eq!(buffer.settle(first.id, ACCEPTED), Settled::default());
    assert_eq!(buffer.stats().in_flight, 3);
    buffer.hand_over(second.id);
    assert_eq!(buffer.stats().redelivered, 3);
    assert_eq!(buffer.settle(second.id, ACCEPTED).exported, 3);
    assert_eq!(
        buffer.settle(second.id, ACCEPTED),
        Settled::default(),
        "nor does a second one"
    );
}

#[test]
fn a_late_unsent_takes_the_doubt_back() {
    let (mut buffer, _, horizon) = filled(tight(), 3);
    let lease = expired(&mut buffer, horizon);
    assert_eq!(buffer.settle(lease.id, Outcome::Unsent).kept, 3);
    let again = take(&mut buffer, horizon).unwrap();
    buffer.hand_over(again.id);
    assert_eq!(buffer.stats().redelivered, 0);
    assert_eq!(buffer.settle(again.id, Outcome::Refused).rejected, 3);
}

#[test]
fn a_late_end_without_an_answer_adds_no_second_doubt() {
    let (mut buffer, _, horizon) = filled(tight(), 3);
    let lease = expired(&mut buffer, horizon);
    assert_eq!(buffer.settle(lease.id, Outcome::Ambiguous).kept, 3);
    assert_eq!(buffer.stats().unconfirmed, 0);
    let again = take(&mut buffer, horizon).unwrap();
    assert_eq!((again.spans, again.ambiguous), (3, 1));
}

#[test]
fn a_late_answer_keeps_the_doubt_of_an_earlier_send() {
    for outcome in [Outcome::Unsent, Outcome::Refused, Outcome::TooLarge] {
        let (mut buffer, _, horizon) = filled(tight(), 1);
        let first = take(&mut buffer, horizon).unwrap();
        buffer.hand_over(first.id);
        buffer.settle(first.id, Outcome::Ambiguous);
        // The second holder ends before it sends anything.
        let second = buffer.lease(horizon, &[], 0.0, 10.0).unwrap();
        let (id, beats) = buffer.overdue(horizon, 11.0)[0];
        assert!(buffer.expire(id, beats, 11.0));
        buffer.settle(second.id, outcome);
        buffer.clear(DropReason::Shutdown);
        assert_eq!(buffer.stats().unconfirmed, 1, "{outcome:?}");
    }
}

#[test]
fn a_late_too_large_means_that_nothing_arrived() {
    let (mut buffer, _, horizon) = filled(tight(), 1);
    let lease = expired(&mut buffer, horizon);
    let settled = buffer.settle(lease.id, Outcome::TooLarge);
    assert_eq!(settled.dropped, Some((DropReason::PayloadTooLarge, 1)));
}

#[test]
fn spans_refused_after_an_ambiguous_send_are_unconfirmed() {
    for (outcome, exported) in [
        (Outcome::Refused, 0),
        (Outcome::Accepted { rejected: 2 }, 1),
    ] {
        let (mut buffer, _, horizon) = filled(tight(), 3);
        let first = take(&mut buffer, horizon).unwrap();
        buffer.hand_over(first.id);
        buffer.settle(first.id, Outcome::Ambiguous);
        let second = take(&mut buffer, horizon).unwrap();
        buffer.hand_over(second.id);
        let settled = buffer.settle(second.id, outcome);
        let lost = 3 - exported;
        assert_eq!((settled.exported, settled.rejected), (exported, 0));
        assert_eq!(settled.dropped, Some((DropReason::Unconfirmed, lost)));
    }
}

#[test]
fn handing_over_twice_is_one_send() {
    let (mut buffer, _, horizon) = filled(tight(), 3);
    expired(&mut buffer, horizon);
    let again = take(&mut buffer, horizon).unwrap();
    buffer.hand_over(again.id);
    buffer.hand_over(again.id);
    assert_eq!(buffer.stats().redelivered, 3);
}

#[test]
fn a_batch_is_sent_again_only_once() {
    let (mut buffer, _, horizon) = filled(tight(), 3);
    for kept in [3, 0] {
        let lease = take(&mut buffer, horizon).unwrap();
        buffer.hand_over(lease.id);
        assert_eq!(buffer.settle(lease.id, Outcome::Ambiguous).kept, kept);
    }
    assert_eq!(buffer.stats().unconfirmed, 3);
}

#[test]
fn at_most_once_sends_once() {
    let limits = Limits {
        redelivery: Redelivery::AtMostOnce,
        ..tight()
    };
    let (mut buffer, _, horizon) = filled(limits, 3);
    expired(&mut buffer, horizon);
    assert_eq!(buffer.stats().unconfirmed, 3);
    assert_eq!(take(&mut buffer, horizon), None);
}

#[test]
fn a_beating_lease_is_live_even_if_the_clock_jumps() {
    let (mut buffer, _, horizon) = filled(tight(), 1);
    let lease = buffer.lease(horizon, &[], 1_000.0, 10.0).unwrap();
    for now_ms in [-1e15, 0.0, 999.9, 1_010.0, 1e15, f64::INFINITY, f64::NAN] {
        let (id, beats) = buffer.overdue(horizon, now_ms)[0];
        buffer.beat(id);
        assert!(!buffer.expire(id, beats, now_ms), "{now_ms}");
    }
    assert_eq!(buffer.overdue(horizon, 1_005.0), []);
    assert_eq!(buffer.stats().in_flight, 1);
    assert!(buffer.body(lease.id).is_some());
}

#[test]
fn spans_behind_the_horizon_are_not_leased() {
    let (mut buffer, to, horizon) = filled(tight(), 2);
    buffer.push(to, &span(3, 0));
    let later = buffer.seal();
    assert_eq!(take(&mut buffer, horizon).unwrap().spans, 2);
    assert_eq!(take(&mut buffer, horizon), None);
    assert_eq!(buffer.remaining(horizon), (2, 2));
    assert_eq!(buffer.remaining(later), (3, 2));
    assert_eq!(take(&mut buffer, later).unwrap().spans, 1);
}

#[test]
fn a_horizon_keeps_its_place_as_a_number() {
    let (mut buffer, to, first) = filled(tight(), 1);
    let mut horizons = vec![first];
    for number in 2..=3 {
        buffer.push(to, &span(number, 0));
        horizons.push(buffer.seal());
    }
    for (horizon, spans) in horizons.into_iter().zip(1..) {
        let again = Horizon::from_number(horizon.number());
        assert_eq!(again, horizon);
        assert_eq!(buffer.remaining(again), (spans, 0));
    }
}

#[test]
fn batches_in_doubt_are_dropped_only_by_limits_that_forbid_a_second_send() {
    let (mut buffer, _, horizon) = filled(tight(), 3);
    expired(&mut buffer, horizon);
    buffer.set_limits(tight());
    assert_eq!(buffer.stats().buffered, 3);
    buffer.set_limits(Limits {
        redelivery: Redelivery::AtMostOnce,
        ..tight()
    });
    assert_eq!(buffer.stats().unconfirmed, 3);
    assert_eq!(buffer.stats().buffered, 0);
}

#[test]
fn splitting_keeps_the_order_and_ends_at_single_spans() {
    let (mut buffer, to, _) = filled(tight(), 7);
    buffer.push(to, &span(8, 0));
    let horizon = buffer.seal();
    let mut order = Vec::new();
    while let Some(lease) = take(&mut buffer, horizon) {
        let spans = numbers(buffer.body(lease.id).unwrap());
        if spans.len() == 1 {
            order.extend(spans);
            buffer.settle(lease.id, ACCEPTED);
        } else {
            let kept = buffer.settle(lease.id, Outcome::TooLarge).kept;
            assert_eq!(kept, spans.len() as u64);
        }
    }
    assert_eq!(order, (1..=8).collect::<Vec<_>>());
}

#[test]
fn a_single_span_that_is_too_large_for_the_server_is_dropped_alone() {
    let (mut buffer, _, horizon) = filled(tight(), 2);
    let both = take(&mut buffer, horizon).unwrap();
    buffer.settle(both.id, Outcome::TooLarge);
    let one = take(&mut buffer, horizon).unwrap();
    assert_eq!(numbers(buffer.body(one.id).unwrap()), [1]);
    buffer.settle(one.id, Outcome::TooLarge);
    assert_eq!(dropped(&buffer, DropReason::PayloadTooLarge), 1);
    assert_eq!(drain(&mut buffer), [[2]]);
}

#[test]
fn a_split_batch_cannot_be_settled_by_its_old_lease() {
    let (mut buffer, _, horizon) = filled(tight(), 4);
    let lease = take(&mut buffer, horizon).unwrap();
    buffer.settle(lease.id, Outcome::TooLarge);
    assert_eq!(buffer.settle(lease.id, ACCEPTED), Settled::default());
    assert!(buffer.body(lease.id).is_none());
    assert_eq!(buffer.stats().buffered, 4);
}

#[test]
fn clearing_counts_unsent_and_unconfirmed_spans_apart() {
    let (mut buffer, to, horizon) = filled(tight(), 3);
    let lease = take(&mut buffer, horizon).unwrap();
    buffer.hand_over(lease.id);
    buffer.push(to, &span(4, 0));
    assert_eq!(buffer.clear(DropReason::Shutdown), 4);
    assert_eq!(dropped(&buffer, DropReason::Unconfirmed), 3);
    assert_eq!(dropped(&buffer, DropReason::Shutdown), 1);
    assert_eq!(buffer.settle(lease.id, ACCEPTED), Settled::default());
    assert!(buffer.stats().is_balanced());
}
