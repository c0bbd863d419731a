//! What a flush does with the spans for each answer of a server, and what it reports.

use js_sys::Date;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::{evaluated, respond, respond_with, FakeFetch};
use super::ledger::fresh;
use super::record_in::{destination, end};
use super::report::{begin, flush, report, Report, SHORT_MS};

const REJECTED_TWO: &[u8] = b"\x0a\x07\x08\x02\x12\x03why";

/// Ends three spans for a new destination.
fn end_three() -> usize {
    let destination = destination();
    for name in ["a", "b", "c"] {
        end(destination, name);
    }
    destination
}

async fn flush_against(status: u16, body: &'static [u8]) -> Report {
    let fetch = FakeFetch::answering(status, body);
    let report = report(begin(SHORT_MS)).await;
    assert_eq!(report.attempts, fetch.count() as f64);
    assert!(report.bytes > 0.0);
    report
}

#[wasm_bindgen_test]
async fn accepted() {
    for body in [
        &[][..],
        b"<html>ok</html>",
        &[0x0a, 0x7f, 0x08],
        &[0xff; 40],
    ] {
        let before = fresh();
        end_three();
        let report = flush_against(200, body).await;
        assert_eq!((report.ok, report.exported), (true, 3.0), "{body:?}");
        assert_eq!(report.code, None);
        before.assert_since(&[("recorded", 3.0), ("exported", 3.0)]);
    }
}

#[wasm_bindgen_test]
async fn accepted_in_part() {
    let before = fresh();
    end_three();
    let report = flush_against(200, REJECTED_TWO).await;
    assert_eq!(
        (report.ok, report.exported, report.rejected),
        (false, 1.0, 2.0)
    );
    assert_eq!(report.pending, 0.0);
    assert_eq!(
        (report.code(), report.message.as_deref(), report.status),
        ("partial_success", Some("why"), Some(200.0))
    );
    before.assert_since(&[("recorded", 3.0), ("exported", 1.0), ("rejected", 2.0)]);
}

#[wasm_bindgen_test]
async fn accepted_in_part_as_json() {
    let before = fresh();
    end_three();
    let body = br#"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"no"}}"#;
    let report = flush_against(202, body).await;
    assert_eq!((report.exported, report.rejected), (2.0, 1.0));
    assert_eq!(report.message.as_deref(), Some("no"));
    before.assert_since(&[("recorded", 3.0), ("exported", 2.0), ("rejected", 1.0)]);
}

#[wasm_bindgen_test]
async fn more_rejected_than_sent_counts_as_all() {
    let before = fresh();
    end_three();
    let report = flush_against(200, &[0x0a, 0x02, 0x08, 0x7f]).await;
    assert_eq!((report.exported, report.rejected), (0.0, 3.0));
    before.assert_since(&[("recorded", 3.0), ("rejected", 3.0)]);
}

#[wasm_bindgen_test]
async fn refused() {
    for (status, code) in [
        (400, "refused"),
        (401, "unauthorized"),
        (403, "unauthorized"),
    ] {
        let before = fresh();
        end_three();
        let report = flush_against(status, b"{\"error\":\"no\"}\n").await;
        assert_eq!(
            (report.ok, report.rejected, report.pending),
            (false, 3.0, 0.0)
        );
        assert_eq!(
            (report.code(), report.status),
            (code, Some(f64::from(status)))
        );
        let message = format!("HTTP {status} {{\"error\":\"no\"}}");
        assert_eq!(report.message, Some(message));
        before.assert_since(&[("recorded", 3.0), ("rejected", 3.0)]);
    }
}

#[wasm_bindgen_test]
async fn unavailable() {
    for status in [429, 502, 503, 504] {
        let before = fresh();
        end_three();
        let report = flush_against(status, &[]).await;
        assert_eq!(
            (report.ok, report.pending, report.attempts),
            (false, 3.0, 1.0)
        );
        assert_eq!(
            (report.code(), report.status),
            ("unavailable", Some(f64::from(status)))
        );
        assert_eq!(report.message, Some(format!("HTTP {status}")));
        before.assert_since(&[("recorded", 3.0), ("buffered", 3.0)]);
        assert_eq!(flush_against(200, &[]).await.exported, 3.0);
        before.assert_since(&[("recorded", 3.0), ("exported", 3.0)]);
    }
}

#[wasm_bindgen_test]
async fn unavailable_and_retried() {
    let before = fresh();
    end_three();
    let fetch = FakeFetch::with(|requests| respond(if requests == 0 { 503 } else { 200 }, &[]));
    let report = flush().await;
    assert_eq!(
        (report.ok, report.exported, report.attempts),
        (true, 3.0, 2.0)
    );
    assert_eq!(fetch.spans(0).await, fetch.spans(1).await);
    before.assert_since(&[("recorded", 3.0), ("exported", 3.0)]);
}

#[wasm_bindgen_test]
async fn retry_after_beyond_the_budget() {
    let before = fresh();
    end_three();
    let fetch = FakeFetch::with(|_| respond_with(503, &[], "60"));
    let first = flush().await;
    assert_eq!(
        (first.code(), first.pending, first.attempts),
        ("unavailable", 3.0, 1.0)
    );
    // The next flush does not send earlier either, and reports why.
    let second = flush().await;
    assert_eq!(
        (second.code(), second.pending, second.attempts),
        ("unavailable", 3.0, 0.0)
    );
    assert_eq!(fetch.count(), 1);
    before.assert_since(&[("recorded", 3.0), ("buffered", 3.0)]);
}

#[wasm_bindgen_test]
async fn retry_after_within_the_budget() {
    let before = fresh();
    end_three();
    let fetch = FakeFetch::with(|requests| match requests {
        0 => respond_with(429, &[], "1"),
        _ => respond(200, &[]),
    });
    let began = Date::now();
    let report = flush().await;
    assert_eq!(
        (report.ok, report.exported, report.attempts),
        (true, 3.0, 2.0)
    );
    // Clocks may differ slightly.
    assert!(Date::now() - began > 950.0);
    assert_eq!(fetch.spans(0).await, fetch.spans(1).await);
    before.assert_since(&[("recorded", 3.0), ("exported", 3.0)]);
}

#[wasm_bindgen_test]
async fn unauthorized_holds_later_batches() {
    let before = fresh();
    let destination = end_three();
    assert_eq!(flush_against(401, &[]).await.rejected, 3.0);
    end(destination, "d");
    let fetch = FakeFetch::answering(200, &[]);
    let report = flush().await;
    assert_eq!((report.code(), report.pending), ("unauthorized", 1.0));
    let message = report.message.unwrap();
    assert_eq!(message, "HTTP 401 earlier: nothing is sent there for 300 s");
    assert_eq!(fetch.count(), 0);
    before.assert_since(&[("recorded", 4.0), ("rejected", 3.0), ("buffered", 1.0)]);
}

#[wasm_bindgen_test]
async fn server_error_may_have_arrived() {
    for status in [408, 500, 501] {
        let before = fresh();
        end_three();
        let report = flush_against(status, b"oops").await;
        assert_eq!((report.ok, report.pending), (false, 3.0));
        assert_eq!(
            (report.code(), report.status),
            ("server_error", Some(f64::from(status)))
        );
        before.assert_since(&[("recorded", 3.0), ("buffered", 3.0)]);
        assert!(flush_against(200, &[]).await.ok);
        before.assert_since(&[("recorded", 3.0), ("exported", 3.0), ("redelivered", 3.0)]);
    }
}

#[wasm_bindgen_test]
async fn too_large_is_sent_in_halves() {
    let before = fresh();
    end(end_three(), "d");
    let fetch = FakeFetch::with(|requests| respond(if requests == 0 { 413 } else { 200 }, &[]));
    let report = flush().await;
    assert_eq!(
        (report.ok, report.exported, report.attempts),
        (true, 4.0, 3.0)
    );
    assert_eq!(report.code, None);
    assert_eq!(fetch.spans(0).await, ["a", "b", "c", "d"]);
    assert_eq!(fetch.spans(1).await, ["a", "b"]);
    assert_eq!(fetch.spans(2).await, ["c", "d"]);
    before.assert_since(&[("recorded", 4.0), ("exported", 4.0)]);
}

#[wasm_bindgen_test]
async fn too_large_alone_is_dropped() {
    let before = fresh();
    end_three();
    let report = flush_against(413, &[]).await;
    assert_eq!(
        (report.ok, report.pending, report.attempts),
        (false, 0.0, 5.0)
    );
    assert_eq!(
        (report.code(), report.status),
        ("payload_too_large", Some(413.0))
    );
    assert_eq!(report.dropped, [("payload_too_large".to_owned(), 3.0)]);
    before.assert_since(&[("recorded", 3.0), ("dropped.payload_too_large", 3.0)]);
}

#[wasm_bindgen_test]
async fn an_unfollowed_redirect_is_a_refusal() {
    let before = fresh();
    end_three();
    // A browser shows a redirect like this; other runtimes show the status.
    let _fetch = FakeFetch::with(|_| evaluated("{ type: 'opaqueredirect', status: 0 }"));
    let report = flush().await;
    assert_eq!((report.code(), report.status), ("refused", Some(302.0)));
    before.assert_since(&[("recorded", 3.0), ("rejected", 3.0)]);
}

#[wasm_bindgen_test]
async fn an_invalid_answer_may_have_arrived() {
    for nothing in [
        "undefined",
        "null",
        "7",
        "'ok'",
        "{}",
        "{ status: '200' }",
        "{ status: 200.5 }",
        "{ status: 99 }",
        "{ status: 1000 }",
        "{ status: NaN }",
        "{ get status() { throw new Error() } }",
        "new Proxy({}, { get(_, name) { if (name !== 'then') throw null } })",
    ] {
        let before = fresh();
        end_three();
        let fetch = FakeFetch::with(|_| evaluated(nothing));
        let report = report(begin(SHORT_MS)).await;
        assert_eq!(
            (report.code(), report.pending),
            ("network", 3.0),
            "{nothing}"
        );
        assert_eq!(report.message.as_deref(), Some("no HTTP answer"));
        drop(fetch);
        assert_eq!(flush_against(200, &[]).await.exported, 3.0);
        before.assert_since(&[("recorded", 3.0), ("exported", 3.0), ("redelivered", 3.0)]);
    }
}

#[wasm_bindgen_test]
async fn a_status_alone_is_an_answer() {
    for beside in [
        "",
        "headers: null",
        "headers: 7",
        "headers: {}",
        "headers: { get() { throw null } }",
        "headers: { get: () => 7 }",
        "headers: { get: () => ({}) }",
        "headers: { get: () => [1, 2] }",
        "headers: { get: () => ({ length: 3, charCodeAt: () => -1 }) }",
        "headers: { get: () => ({ length: -1 }) }",
        "get headers() { throw null }",
        "body: 7",
        "body: {}",
        "get body() { throw null }",
        "body: { getReader: () => ({ read: () => 7, cancel() {} }) }",
        "body: { getReader: () => ({ read: async () => ({ value: 'no bytes' }), cancel() {} }) }",
        "body: { getReader: () => ({ read: async () => ({ value: { length: -1 } }) }) }",
        "body: { getReader: () => ({ read: async () => { throw null }, cancel: 7 }) }",
    ] {
        let before = fresh();
        end_three();
        let fetch = FakeFetch::with(move |_| evaluated(&format!("{{ status: 200, {beside} }}")));
        let report = flush().await;
        assert_eq!((report.ok, report.exported), (true, 3.0), "{beside}");
        assert_eq!(fetch.count(), 1);
        before.assert_since(&[("recorded", 3.0), ("exported", 3.0)]);
    }
}
