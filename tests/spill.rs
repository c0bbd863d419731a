//! Batches that are cut to a store's size, and items that are halved.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has done its work, helpers included"
)]

mod common;

use common::{buffer, numbers, only_body, request, span, take_for_store, tight};
use laminar_edge::{Drained, DropReason, Limits, Outcome, Redelivery, SpanBuffer};
use proptest::prelude::*;

fn body_of(spans: u64) -> (SpanBuffer, Vec<u8>) {
    let (mut buffer, to) = buffer(tight());
    for number in 1..=spans {
        buffer.push(to, &span(number, 20));
    }
    let body = only_body(&mut buffer);
    (buffer, body)
}

#[test]
fn a_single_span_that_does_not_fit_stays_and_lets_the_others_pass() {
    let (mut buffer, to) = buffer(tight());
    for (number, payload) in [(1, 10), (2, 2_000), (3, 10)] {
        buffer.push(to, &span(number, payload));
    }
    let horizon = buffer.seal();
    let mut found = Vec::new();
    while let Some(lease) = take_for_store(&mut buffer, horizon, 1_000, (0.0, 1e9)) {
        let body = buffer.body(lease.id).unwrap();
        assert!(body.len() <= 1_000);
        found.extend(numbers(body));
        buffer.hand_to_store(lease.id);
        buffer.settle_spilled(lease.id);
    }
    assert_eq!(found, [1, 3]);
    let stats = buffer.stats();
    assert_eq!((stats.spilled, stats.buffered), (2, 1));
    assert!(stats.is_balanced());
}

#[test]
fn halves_are_requests_with_the_same_spans() {
    let (buffer, body) = body_of(7);
    let [(older_spans, older), (newer_spans, newer)] = buffer.halve_body(&body, 7).unwrap();
    assert_eq!(newer_spans + older_spans, 7);
    assert_eq!(numbers(&newer).len(), newer_spans);
    let all: Vec<u64> = [numbers(&older), numbers(&newer)].concat();
    assert_eq!(all, [1, 2, 3, 4, 5, 6, 7]);
    let resource = |body| request(body).resource_spans[0].resource.clone();
    assert_eq!(resource(&newer), resource(&body));
}

#[test]
fn an_indivisible_body_is_not_halved() {
    let (buffer, body) = body_of(1);
    assert_eq!(buffer.halve_body(&body, 1), None);
    let (buffer, body) = body_of(3);
    assert_eq!(buffer.halve_body(&body, 4), None);
    for end in 0..body.len() {
        assert_eq!(buffer.halve_body(&body[..end], 3), None);
    }
}

#[test]
fn an_item_of_another_isolate_does_not_change_the_ledger() {
    let (mut buffer, _) = body_of(2);
    let before = buffer.stats();
    for own in [false, true] {
        let item = Drained {
            spans: 5,
            ambiguous: 0,
            own,
        };
        // The same holds for its own items, if the ledger has fewer spilled spans.
        let settled = buffer.settle_drained(item, Outcome::Accepted { rejected: 1 });
        assert_eq!((settled.exported, settled.rejected), (4, 1));
        assert_eq!(buffer.stats(), before);
    }
}

#[test]
fn an_item_without_an_answer_is_sent_once_more_if_that_is_allowed() {
    for (redelivery, sends) in [(Redelivery::AtLeastOnce, 2), (Redelivery::AtMostOnce, 1)] {
        let (mut buffer, to) = buffer(Limits {
            redelivery,
            ..tight()
        });
        for number in 1..=3 {
            buffer.push(to, &span(number, 0));
        }
        let horizon = buffer.seal();
        let lease = take_for_store(&mut buffer, horizon, usize::MAX, (0.0, 1e9)).unwrap();
        buffer.hand_to_store(lease.id);
        assert_eq!(buffer.settle_spilled(lease.id).spilled, 3);
        for ambiguous in 0..sends {
            let item = Drained {
                spans: 3,
                ambiguous,
                own: true,
            };
            buffer.hand_over_drained(item);
            assert_eq!(buffer.stats().redelivered, 3 * u64::from(ambiguous));
            let kept = if ambiguous + 1 < sends { 3 } else { 0 };
            assert_eq!(buffer.settle_drained(item, Outcome::Ambiguous).kept, kept);
            assert_eq!(buffer.stats().spilled, kept);
        }
        assert_eq!(buffer.stats().unconfirmed, 3);
        assert!(buffer.stats().is_balanced());
    }
}

#[test]
fn an_item_that_is_too_large_is_lost_and_may_have_arrived_earlier() {
    let (mut buffer, _) = body_of(2);
    for (ambiguous, reason) in [
        (0, DropReason::PayloadTooLarge),
        (1, DropReason::Unconfirmed),
    ] {
        let item = Drained {
            spans: 5,
            ambiguous,
            own: false,
        };
        let settled = buffer.settle_drained(item, Outcome::TooLarge);
        assert_eq!(settled.dropped, Some((reason, 5)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_of_any_kind_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..400), spans in 0usize..40) {
        let (buffer, _) = body_of(1);
        let _ = buffer.halve_body(&bytes, spans);
    }

    #[test]
    fn a_changed_byte_never_makes_spans_of_nothing(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let (buffer, mut body) = body_of(3);
        let at = at.index(body.len());
        body[at] = byte;
        if let Some(halves) = buffer.halve_body(&body, 3) {
            prop_assert_eq!(halves.iter().map(|(spans, _)| spans).sum::<usize>(), 3);
        }
    }
}
