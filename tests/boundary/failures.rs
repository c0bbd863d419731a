//! Requests that cannot be made.

use js_sys::{Error, Promise, TypeError};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::{respond, FakeFetch};
use super::ledger::{fresh, Ledger};
use super::record_in::{destination, end};
use super::report::{begin, flush, report, Report, SHORT_MS};
use super::transport::destination_at;

/// Long enough for a second attempt, which comes after 125 to 250 ms.
const PATIENT_MS: u32 = 600;

/// Asserts what every failure to send must lead to: the spans stay, and the report says why.
#[track_caller]
fn assert_kept(before: &Ledger, report: &Report) {
    assert!(!report.ok);
    assert_eq!(report.code(), "network");
    assert_eq!((report.exported, report.pending), (0.0, 1.0));
    assert_eq!(report.status, None);
    assert!(!report.message.as_deref().unwrap_or("").is_empty());
    before.assert_since(&[("recorded", 1.0), ("buffered", 1.0)]);
}

/// Flushes without time for a second attempt.
async fn flush_briefly() -> Report {
    report(begin(SHORT_MS)).await
}

#[wasm_bindgen_test]
async fn a_port_without_a_server() {
    let before = fresh();
    end(destination_at("http://127.0.0.1:1/v1/traces", "key"), "a");
    // A browser may refuse the port at once or try to connect.
    assert_kept(&before, &report(begin(PATIENT_MS)).await);
}

#[wasm_bindgen_test]
async fn an_invalid_url() {
    let before = fresh();
    end(destination_at("not a url", "key"), "a");
    let fetch = FakeFetch::answering(200, &[]);
    let report = flush_briefly().await;
    // Node has no base for a relative URL. A page has one, and requests its own server.
    if report.ok {
        assert_eq!(fetch.count(), 1);
    } else {
        assert_kept(&before, &report);
        assert_eq!((report.bytes, fetch.count()), (0.0, 0));
    }
    drop(fetch);

    let before = fresh();
    end(destination_at("http://", "key"), "a");
    assert_kept(&before, &flush_briefly().await);
}

#[wasm_bindgen_test]
async fn a_key_that_no_header_can_carry() {
    let before = fresh();
    end(destination_at("https://key.example/v1/traces", "a\nb"), "a");
    let fetch = FakeFetch::answering(200, &[]);
    let report = flush_briefly().await;
    assert_kept(&before, &report);
    assert_eq!((report.attempts, fetch.count()), (0.0, 0));
}

#[wasm_bindgen_test]
async fn a_fetch_that_throws() {
    let before = fresh();
    end(destination(), "a");
    let fetch = FakeFetch::with(|_| Err(Error::new("not in this scope").into()));
    let report = flush_briefly().await;
    assert_kept(&before, &report);
    assert_eq!(report.message.as_deref(), Some("not in this scope"));
    assert_eq!((report.attempts, fetch.count()), (1.0, 1));
}

#[wasm_bindgen_test]
async fn a_fetch_that_throws_no_error() {
    let before = fresh();
    end(destination(), "a");
    let _fetch = FakeFetch::with(|_| Err(JsValue::NULL));
    assert_kept(&before, &flush_briefly().await);
}

#[wasm_bindgen_test]
async fn a_fetch_that_rejects_and_then_recovers() {
    let before = fresh();
    end(destination(), "a");
    let refused = || Ok(Promise::reject(&TypeError::new("connection refused")));
    let fetch = FakeFetch::with(move |_| refused());
    let report = flush_briefly().await;
    assert_kept(&before, &report);
    assert_eq!(report.message.as_deref(), Some("connection refused"));
    assert_eq!(fetch.count(), 1);
    drop(fetch);

    let fetch = FakeFetch::with(move |requests| match requests {
        0 | 1 => refused(),
        _ => respond(200, &[]),
    });
    let report = flush().await;
    assert_eq!(
        (report.ok, report.exported, report.attempts),
        (true, 1.0, 3.0)
    );
    assert_eq!((report.code, fetch.count()), (None, 3));
    before.assert_since(&[("recorded", 1.0), ("exported", 1.0)]);
}

#[wasm_bindgen_test]
async fn a_dead_destination_does_not_delay_others() {
    let before = fresh();
    let [dead, alive] = [destination(), destination()];
    end(dead, "a");
    end(alive, "b");
    let fetch = FakeFetch::with(|requests| match requests {
        1 => respond(200, &[]),
        _ => Ok(Promise::reject(&TypeError::new("connection refused"))),
    });
    let report = report(begin(PATIENT_MS)).await;
    assert_eq!(
        (report.ok, report.exported, report.pending),
        (false, 1.0, 1.0)
    );
    assert_eq!(report.code(), "network");
    assert!(report.attempts > 2.0, "{report:?}");
    // The request is sent between the two attempts at the dead destination.
    assert_eq!(fetch.spans(1).await, ["b"]);
    before.assert_since(&[("recorded", 2.0), ("exported", 1.0), ("buffered", 1.0)]);
}
