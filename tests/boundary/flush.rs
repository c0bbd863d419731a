//! `flush()`: which spans it covers, and what happens meanwhile.

use std::cell::RefCell;
use std::rc::Rc;

use laminar_edge::js;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::{respond, span_names, value_of, FakeFetch};
use super::ledger::{configure, fresh, get, set, Ledger};
use super::record_in::{destination, end, KEPT};
use super::report::{begin, flush, report, Options, Report, BUDGET_MS, SHORT_MS};
use super::transport::{
    compressed_destination, destination_at, gunzip, keepalive_transport, told, transport,
};

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
    let destination = destination();
    end(destination, "covered");
    let fetch = FakeFetch::answering(200, &[]);
    let promise = begin(BUDGET_MS);
    // The request has been sent, so the caller's next work cannot delay it.
    before.assert_since(&[("recorded", 1.0), ("inFlight", 1.0)]);
    assert_eq!(fetch.count(), 1);
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
    let destination = destination();
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
    end(destination(), "a");
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
async fn a_fetch_may_call_the_module() {
    let before = fresh();
    let destination = destination();
    end(destination, "a");
    // An instrumented fetch records, reads the stats and flushes inside the flush that called it.
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
async fn without_timers_it_waits_for_its_own_requests_only() {
    let before = fresh();
    let destination = destination();
    end(destination, "a");
    let fetch = FakeFetch::answering(200, &[]);
    let timerless = Options {
        timers: false,
        ..Options::default()
    };
    let first = timerless.begin();
    let second = report(timerless.begin()).await;
    assert_eq!((second.ok, second.pending), (false, 1.0));
    let first = report(first).await;
    assert_eq!((first.ok, first.exported), (true, 1.0));
    assert_eq!(fetch.count(), 1);
    before.assert_since(&[("recorded", 1.0), ("exported", 1.0)]);
}

#[wasm_bindgen_test]
async fn without_timers_nothing_is_retried() {
    let before = fresh();
    end(destination(), "a");
    let fetch = FakeFetch::answering(503, &[]);
    let timerless = Options {
        timers: false,
        ..Options::default()
    };
    let report = report(timerless.begin()).await;
    assert_eq!((report.code(), report.pending), ("unavailable", 1.0));
    assert_eq!(fetch.count(), 1);
    before.assert_since(&[("recorded", 1.0), ("buffered", 1.0)]);
}

#[wasm_bindgen_test]
async fn a_destination_has_as_many_requests_at_a_time_as_configured() {
    for (exports, at_once) in [(0, 1), (1, 1), (3, 3), (4, 4), (77, 4)] {
        fresh();
        configure(&[("maxExportBatchSize", 1.into())]);
        let destination = destination();
        for _ in 0..6 {
            end(destination, "a");
        }
        let fetch = FakeFetch::answering(200, &[]);
        let options = Options {
            exports,
            ..Options::default()
        };
        let promise = options.begin();
        assert_eq!(fetch.count(), at_once, "{exports}");
        assert_eq!(report(promise).await.exported, 6.0);
        assert_eq!(fetch.count(), 6);
    }
    fresh();
}

#[wasm_bindgen_test]
async fn destinations_share_four_requests() {
    fresh();
    for _ in 0..6 {
        end(destination(), "a");
    }
    let fetch = FakeFetch::answering(200, &[]);
    let promise = begin(BUDGET_MS);
    assert_eq!(fetch.count(), 4);
    assert_eq!(report(promise).await.exported, 6.0);
}

#[wasm_bindgen_test]
async fn only_full_batches_are_sent_unless_all_are_asked_for() {
    let before = fresh();
    configure(&[("maxExportBatchSize", 2.into())]);
    let destination = destination();
    for name in ["a", "b", "c"] {
        end(destination, name);
    }
    let fetch = FakeFetch::answering(200, &[]);
    let full = Options {
        all: false,
        ..Options::default()
    };
    let report = report(full.begin()).await;
    assert_eq!((report.exported, report.pending), (2.0, 0.0));
    assert_eq!(fetch.spans(0).await, ["a", "b"]);
    before.assert_since(&[("recorded", 3.0), ("exported", 2.0), ("buffered", 1.0)]);
    fresh();
}

#[wasm_bindgen_test]
async fn a_request_is_no_larger_than_its_limit() {
    const MAX_BYTES: f64 = 4_096.0;
    fresh();
    let destination = destination();
    let names: Vec<String> = (0..16)
        .map(|n| format!("{n:02} {}", "x".repeat(997)))
        .collect();
    for name in &names {
        end(destination, name);
    }
    let fetch = FakeFetch::answering(200, &[]);
    let small = Options {
        max_bytes: MAX_BYTES,
        ..Options::default()
    };
    assert_eq!(report(small.begin()).await.exported, 16.0);
    let mut sent = Vec::new();
    for request in 0..fetch.count() {
        let body = fetch.body(request).await;
        assert!(body.len() as f64 <= MAX_BYTES, "{}", body.len());
        sent.extend(span_names(&body));
    }
    sent.sort();
    assert_eq!(sent, names);
}

#[wasm_bindgen_test]
async fn a_request_has_its_headers() {
    fresh();
    end(destination(), "a");
    let fetch = FakeFetch::answering(200, &[]);
    assert!(report(Options::default().begin_with(transport())).await.ok);
    end(destination(), "b");
    assert!(
        report(Options::default().begin_with(keepalive_transport()))
            .await
            .ok
    );
    let requests = fetch.requests();
    for (request, keepalive) in requests.iter().zip([false, true]) {
        assert_eq!(request.method(), "POST");
        assert_eq!(get(request, "redirect"), "manual");
        assert_eq!(get(request, "keepalive"), keepalive);
        let headers = request.headers();
        let content_type = headers.get("content-type").unwrap();
        assert_eq!(content_type.as_deref(), Some("application/x-protobuf"));
        assert_eq!(headers.get("content-encoding").unwrap(), None);
    }
}

#[wasm_bindgen_test]
async fn a_compressed_request_carries_the_same_spans() {
    let before = fresh();
    let destination = compressed_destination();
    let name = "compress me ".repeat(200);
    end(destination, &name);
    let fetch = FakeFetch::answering(200, &[]);
    let report = flush().await;
    let headers = fetch.requests()[0].headers();
    let encoding = headers.get("content-encoding").unwrap();
    assert_eq!(encoding.as_deref(), Some("gzip"));
    let packed = fetch.body(0).await;
    assert_eq!(report.bytes, packed.len() as f64);
    assert!(packed.len() < name.len());
    assert_eq!(span_names(&gunzip(&packed).await), [name]);
    before.assert_since(&[("recorded", 1.0), ("exported", 1.0)]);
}

#[wasm_bindgen_test]
async fn a_body_that_compression_does_not_shrink_is_sent_as_it_is() {
    for gzip in [
        "async () => undefined",
        "async (bytes) => new Uint8Array(bytes.length)",
        "async () => 'no bytes'",
        "async () => { throw null }",
    ] {
        fresh();
        end(compressed_destination(), "a");
        let fetch = FakeFetch::answering(200, &[]);
        let transport = transport();
        set(&transport, "gzip", &value_of(gzip));
        let report = report(Options::default().begin_with(transport)).await;
        assert!(report.ok, "{gzip}: {report:?}");
        let headers = fetch.requests()[0].headers();
        assert_eq!(headers.get("content-encoding").unwrap(), None);
        assert_eq!(fetch.spans(0).await, ["a"]);
    }
}

#[wasm_bindgen_test]
async fn a_body_that_is_still_being_compressed_at_the_deadline_was_not_sent() {
    let before = fresh();
    end(compressed_destination(), "a");
    let fetch = FakeFetch::answering(200, &[]);
    let transport = transport();
    set(&transport, "gzip", &value_of("() => new Promise(() => {})"));
    let report = report(Options::within(SHORT_MS).begin_with(transport)).await;
    assert_eq!((report.code(), report.pending), ("timeout", 1.0));
    assert_eq!((report.attempts, fetch.count()), (0.0, 0));
    before.assert_since(&[("recorded", 1.0), ("buffered", 1.0)]);
}

#[wasm_bindgen_test]
async fn each_settled_batch_is_reported_at_once() {
    fresh();
    configure(&[("maxExportBatchSize", 1.into())]);
    let destination = destination();
    for name in ["a", "b", "c"] {
        end(destination, name);
    }
    let _fetch = FakeFetch::with(|requests| match requests {
        0 => respond(200, &[]),
        1 => respond(400, &[]),
        _ => respond(413, &[]),
    });
    let transport = transport();
    let kept: js::Transport = JsValue::from(&transport).unchecked_into();
    let report = report(Options::default().begin_with(transport)).await;
    assert_eq!((report.exported, report.rejected), (1.0, 1.0));
    assert_eq!(told(&kept), ["1 0 0 ", "0 1 0 ", "0 0 1 payload_too_large"]);
    fresh();
}
