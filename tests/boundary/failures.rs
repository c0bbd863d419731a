//! Requests that do not come about.

use js_sys::{Error, Promise, TypeError};
use laminar_edge::js;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::{respond, FakeFetch};
use super::ledger::{fresh, Ledger};
use super::record_in::{destination, end};
use super::report::{flush, Report};

/// What every failure to send comes to: the spans stay, and the report says why.
#[track_caller]
fn assert_kept(before: &Ledger, report: &Report) {
    assert!(!report.ok);
    assert_eq!(report.code(), "network");
    assert_eq!(
        (report.exported, report.pending, report.attempts),
        (0.0, 1.0, 1.0)
    );
    assert_eq!(report.status, None);
    assert!(!report.message.as_deref().unwrap_or("").is_empty());
    before.assert_since(&[("recorded", 1.0), ("buffered", 1.0)]);
}

#[wasm_bindgen_test]
async fn a_port_where_nobody_listens() {
    let before = fresh();
    end(js::destination("http://127.0.0.1:1/v1/traces", "key"), "a");
    assert_kept(&before, &flush().await);
}

#[wasm_bindgen_test]
async fn an_address_that_is_none() {
    let before = fresh();
    end(js::destination("not a url", "key"), "a");
    let fetch = FakeFetch::answering(200, &[]);
    let report = flush().await;
    // Node has no base for a relative URL; a page has, and asks itself.
    if report.ok {
        assert_eq!(fetch.count(), 1);
    } else {
        assert_kept(&before, &report);
        assert_eq!((report.bytes, fetch.count()), (0.0, 0));
    }
    drop(fetch);

    let before = fresh();
    end(js::destination("http://", "key"), "a");
    assert_kept(&before, &flush().await);
}

#[wasm_bindgen_test]
async fn a_key_that_no_header_can_carry() {
    let before = fresh();
    end(
        js::destination("https://key.example/v1/traces", "a\nb"),
        "a",
    );
    let fetch = FakeFetch::answering(200, &[]);
    assert_kept(&before, &flush().await);
    assert_eq!(fetch.count(), 0);
}

#[wasm_bindgen_test]
async fn a_fetch_that_throws() {
    let before = fresh();
    end(destination("throws"), "a");
    let _fetch = FakeFetch::with(|_| Err(Error::new("not in this scope").into()));
    let report = flush().await;
    assert_kept(&before, &report);
    assert_eq!(report.message.as_deref(), Some("not in this scope"));
}

#[wasm_bindgen_test]
async fn a_fetch_that_throws_no_error() {
    let before = fresh();
    end(destination("throws-odd"), "a");
    let _fetch = FakeFetch::with(|_| Err(JsValue::NULL));
    assert_kept(&before, &flush().await);
}

#[wasm_bindgen_test]
async fn a_fetch_that_rejects_and_then_recovers() {
    let before = fresh();
    end(destination("recovers"), "a");
    let fetch = FakeFetch::with(|requests| match requests {
        0 => Ok(Promise::reject(&TypeError::new("connection refused"))),
        _ => respond(200, &[]),
    });
    let report = flush().await;
    assert_kept(&before, &report);
    assert_eq!(report.message.as_deref(), Some("connection refused"));
    assert_eq!(fetch.count(), 1);
    let report = flush().await;
    assert_eq!((report.ok, report.exported), (true, 1.0));
    before.assert_since(&[("recorded", 1.0), ("exported", 1.0)]);
}

#[wasm_bindgen_test]
async fn a_dead_destination_keeps_no_other_waiting() {
    let before = fresh();
    let [dead, alive] = ["dead", "alive"].map(destination);
    end(dead, "a");
    end(alive, "b");
    let fetch = FakeFetch::with(|requests| match requests {
        0 => Ok(Promise::reject(&TypeError::new("connection refused"))),
        _ => respond(200, &[]),
    });
    let report = flush().await;
    assert_eq!(
        (report.ok, report.exported, report.pending),
        (false, 1.0, 1.0)
    );
    assert_eq!(report.code(), "network");
    assert_eq!(fetch.spans(1).await, ["b"]);
    before.assert_since(&[("recorded", 2.0), ("exported", 1.0), ("buffered", 1.0)]);
}
