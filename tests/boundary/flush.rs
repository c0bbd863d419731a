//! `flush()`: what it covers, and what happens beside it.

use std::cell::RefCell;
use std::rc::Rc;

use laminar_edge::js;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::{respond, FakeFetch};
use super::ledger::{fresh, Ledger};
use super::record_in::{destination, end, KEPT};
use super::report::{begin, flush, report, Report, BUDGET_MS};
use super::transport::{destination_at, transport};

#[wasm_bindgen_test]
async fn nothing_to_send_is_a_success_without_a_request() {
    let before = fresh();
    let fetch = FakeFetch::answering(200, &[]);
    let promise = begin(BUDGET_MS);
    let expected = Report {
        ok: true,
        ..Report::default()
    };
    assert_eq!(report(promise).await, expected);
    assert_eq!(fetch.count(), 0);
    before.assert_since(&[]);
}

#[wasm_bindgen_test]
async fn a_batch_is_for_one_destination_and_key() {
    fresh();
    let url = "https://lmnr.example:8443/base/v1/traces";
    end(destination_at(url, "one"), "a");
    end(destination_at(url, "two"), "b");
    let fetch = FakeFetch::answering(200, &[]);
    assert!(flush().await.ok);
    let requests = fetch.requests();
    assert_eq!(requests.len(), 2);
    for (request, key) in requests.iter().zip(["Bearer one", "Bearer two"]) {
        assert_eq!(request.url(), url);
        let header = request.headers().get("authorization").unwrap();
        assert_eq!(header.as_deref(), Some(key));
    }
}

#[wasm_bindgen_test]
async fn a_span_that_ends_after_the_call_is_not_covered() {
    let before = fresh();
    let destination = destination("horizon");
    end(destination, "covered");
    let fetch = FakeFetch::answering(200, &[]);
    let promise = begin(BUDGET_MS);
    before.assert_since(&[("recorded", 1.0), ("inFlight", 1.0)]);
    assert_eq!(fetch.count(), 0);
    end(destination, "later");

    let report = report(promise).await;
    assert_eq!(
        (report.ok, report.exported, report.pending),
        (true, 1.0, 0.0)
    );
    assert_eq!(fetch.spans(0).await, ["covered"]);
    before.assert_since(&[("recorded", 2.0), ("exported", 1.0), ("buffered", 1.0)]);
}

#[wasm_bindgen_test]
async fn two_flushes_at_once_send_everything_once() {
    let before = fresh();
    let destination = destination("twice");
    end(destination, "a");
    let fetch = FakeFetch::answering(200, &[]);
    let first = begin(BUDGET_MS);
    end(destination, "b");
    let second = begin(BUDGET_MS);
    let (first, second) = (report(first).await, report(second).await);
    assert!(first.ok && second.ok);
    assert_eq!((first.exported, second.exported), (1.0, 1.0));
    assert_eq!((first.pending, second.pending), (0.0, 0.0));
    assert_eq!(fetch.spans(0).await, ["a"]);
    assert_eq!(fetch.spans(1).await, ["b"]);
    before.assert_since(&[("recorded", 2.0), ("exported", 2.0)]);
}

#[wasm_bindgen_test]
async fn a_flush_with_nothing_of_its_own_waits_for_the_others() {
    let before = fresh();
    end(destination("company"), "a");
    let fetch = FakeFetch::answering(200, &[]);
    let first = begin(BUDGET_MS);
    let second = report(begin(BUDGET_MS)).await;
    assert_eq!(
        (second.ok, second.exported, second.attempts),
        (true, 0.0, 0.0)
    );
    before.assert_since(&[("recorded", 1.0), ("exported", 1.0)]);
    assert_eq!(report(first).await.exported, 1.0);
    assert_eq!(fetch.count(), 1);
}

#[wasm_bindgen_test]
async fn a_fetch_that_comes_back_in_is_served() {
    let before = fresh();
    let destination = destination("inside");
    end(destination, "a");
    // An instrumented fetch records, looks and flushes while the flush that called it is below.
    let inner = Rc::new(RefCell::new(None));
    let started = Rc::clone(&inner);
    let fetch = FakeFetch::with(move |requests| {
        if requests == 0 {
            assert_eq!(end(destination, "fetch"), KEPT);
            assert_eq!(Ledger::now().get("inFlight"), 1.0);
            *started.borrow_mut() = Some(begin(BUDGET_MS));
        }
        respond(200, &[])
    });
    let outer = flush().await;
    assert_eq!((outer.ok, outer.exported), (true, 1.0));
    let inner = inner.take().unwrap();
    let inner = report(inner).await;
    assert_eq!((inner.ok, inner.exported), (true, 1.0));
    assert_eq!(fetch.spans(1).await, ["fetch"]);
    before.assert_since(&[("recorded", 2.0), ("exported", 2.0)]);
}

#[wasm_bindgen_test]
async fn where_there_are_no_timers_it_waits_for_its_own_requests_only() {
    let before = fresh();
    let destination = destination("timerless");
    end(destination, "a");
    let fetch = FakeFetch::answering(200, &[]);
    let first = js::flush(BUDGET_MS, false, true, 1, 0, transport());
    let second = report(js::flush(BUDGET_MS, false, true, 1, 0, transport())).await;
    assert_eq!((second.ok, second.pending), (false, 1.0));
    let first = report(first).await;
    assert_eq!((first.ok, first.exported), (true, 1.0));
    assert_eq!(fetch.count(), 1);
    before.assert_since(&[("recorded", 1.0), ("exported", 1.0)]);
}
