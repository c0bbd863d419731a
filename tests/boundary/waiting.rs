//! The budget of a flush whose requests hang.

use js_sys::{Date, Reflect};
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::{evaluated, never, respond, value_of, FakeFetch};
use super::ledger::{configure, fresh};
use super::record_in::{destination, end};
use super::report::{begin, flush, report, BUDGET_MS, SHORT_MS};

#[wasm_bindgen_test]
async fn a_request_without_an_answer_ends_with_the_budget() {
    let before = fresh();
    end(destination(), "a");
    let fetch = FakeFetch::with(|_| never());
    let began = Date::now();
    let first = report(begin(SHORT_MS)).await;
    assert!(Date::now() - began < 1_000.0);
    assert_eq!(
        (first.ok, first.code(), first.pending),
        (false, "timeout", 1.0)
    );
    assert!(fetch.requests()[0].signal().aborted());
    before.assert_since(&[("recorded", 1.0), ("buffered", 1.0)]);

    drop(fetch);
    let _fetch = FakeFetch::answering(200, &[]);
    assert_eq!(flush().await.exported, 1.0);
    before.assert_since(&[("recorded", 1.0), ("exported", 1.0), ("redelivered", 1.0)]);
}

#[wasm_bindgen_test]
async fn a_batch_that_may_have_arrived_is_sent_twice_at_most() {
    let before = fresh();
    end(destination(), "a");
    let _fetch = FakeFetch::with(|_| never());
    assert_eq!(report(begin(SHORT_MS)).await.pending, 1.0);
    let second = report(begin(SHORT_MS)).await;
    assert_eq!((second.ok, second.code()), (false, "timeout"));
    assert_eq!(second.dropped, [("unconfirmed".to_owned(), 1.0)]);
    before.assert_since(&[
        ("recorded", 1.0),
        ("dropped.unconfirmed", 1.0),
        ("unconfirmed", 1.0),
        ("redelivered", 1.0),
    ]);
}

#[wasm_bindgen_test]
async fn at_most_once_sends_once() {
    let before = fresh();
    configure(&[("redelivery", "at-most-once".into())]);
    end(destination(), "a");
    let _fetch = FakeFetch::with(|_| never());
    let report = report(begin(SHORT_MS)).await;
    assert_eq!(report.dropped, [("unconfirmed".to_owned(), 1.0)]);
    assert_eq!(report.pending, 0.0);
    before.assert_since(&[
        ("recorded", 1.0),
        ("dropped.unconfirmed", 1.0),
        ("unconfirmed", 1.0),
    ]);
    fresh();
}

#[wasm_bindgen_test]
async fn an_answer_whose_body_never_ends_is_an_answer() {
    let before = fresh();
    end(destination(), "a");
    let _fetch = FakeFetch::with(|_| evaluated("new Response(new ReadableStream({}))"));
    let report = report(begin(SHORT_MS)).await;
    assert_eq!((report.ok, report.exported), (true, 1.0));
    before.assert_since(&[("recorded", 1.0), ("exported", 1.0)]);
}

#[wasm_bindgen_test]
async fn a_flush_that_hangs_does_not_delay_others() {
    let before = fresh();
    let destination = destination();
    end(destination, "hangs");
    let fetch = FakeFetch::with(|requests| match requests {
        0 => never(),
        _ => respond(200, &[]),
    });
    let hanging = begin(800);
    end(destination, "passes");
    let passing = report(begin(SHORT_MS)).await;
    // It has sent its own span. The other flush's span, which it covers too, it reports as pending.
    assert_eq!((passing.exported, passing.pending), (1.0, 1.0));
    assert!(!passing.ok);
    assert_eq!(fetch.count(), 2);
    before.assert_since(&[("recorded", 2.0), ("exported", 1.0), ("inFlight", 1.0)]);
    assert_eq!(report(hanging).await.code(), "timeout");
    before.assert_since(&[("recorded", 2.0), ("exported", 1.0), ("buffered", 1.0)]);
}

#[wasm_bindgen_test]
async fn without_a_budget_it_does_not_wait() {
    let before = fresh();
    end(destination(), "a");
    let _fetch = FakeFetch::with(|_| never());
    let hurried = report(begin(0)).await;
    assert_eq!((hurried.code(), hurried.pending), ("timeout", 1.0));
    let _fetch = FakeFetch::answering(200, &[]);
    assert_eq!(report(begin(BUDGET_MS)).await.exported, 1.0);
    before.assert_since(&[("recorded", 1.0), ("exported", 1.0), ("redelivered", 1.0)]);
}

#[wasm_bindgen_test]
async fn without_a_budget_it_sends_though_the_clock_moves_on() {
    let before = fresh();
    end(destination(), "a");
    let _fetch = FakeFetch::answering(200, &[]);
    let flush = {
        // Every look at the clock is a millisecond after the one before.
        let real = value_of(
            "(() => { const { now } = Date; let ms = now(); Date.now = () => ms++; return now })()",
        );
        let flush = begin(0);
        Reflect::set(&value_of("Date"), &"now".into(), &real).unwrap();
        flush
    };
    assert_eq!(report(flush).await.exported, 1.0);
    before.assert_since(&[("recorded", 1.0), ("exported", 1.0)]);
}

#[wasm_bindgen_test]
async fn what_another_flush_has_under_way_is_reported_as_late() {
    let before = fresh();
    end(destination(), "hangs");
    let _fetch = FakeFetch::with(|_| never());
    let hanging = begin(800);
    let waiting = report(begin(SHORT_MS)).await;
    assert_eq!((waiting.ok, waiting.pending), (false, 1.0));
    assert_eq!(waiting.code(), "timeout");
    assert_eq!(report(hanging).await.code(), "timeout");
    before.assert_since(&[("recorded", 1.0), ("buffered", 1.0)]);
}
