//! What each answer of a server does to spans and report.

use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::{respond, respond_with, FakeFetch};
use super::ledger::fresh;
use super::record_in::{destination, end};
use super::report::{begin, flush, report, Report, SHORT_MS};

const REJECTED_TWO: &[u8] = &[0x0a, 0x02, 0x08, 0x02];

fn end_three(host: &str) {
    let destination = destination(host);
    for name in ["a", "b", "c"] {
        end(destination, name);
    }
}

async fn flush_against(status: u16, body: &'static [u8]) -> Report {
    let fetch = FakeFetch::answering(status, body);
    let report = report(begin(SHORT_MS)).await;
    assert_eq!(report.attempts, fetch.count() as f64);
    assert!(report.bytes > 0.0);
    report
}

#[wasm_bindgen_test]
async fn taken() {
    for body in [
        &[][..],
        b"<html>ok</html>",
        &[0x0a, 0x7f, 0x08],
        &[0xff; 40],
    ] {
        let before = fresh();
        end_three("taken");
        let report = flush_against(200, body).await;
        assert_eq!((report.ok, report.exported), (true, 3.0), "{body:?}");
        assert_eq!(report.code, None);
        before.assert_since(&[("recorded", 3.0), ("exported", 3.0)]);
    }
}

#[wasm_bindgen_test]
async fn taken_in_part() {
    let before = fresh();
    end_three("part");
    let report = flush_against(200, REJECTED_TWO).await;
    assert_eq!(
        (report.ok, report.exported, report.rejected),
        (false, 1.0, 2.0)
    );
    assert_eq!(report.pending, 0.0);
    before.assert_since(&[("recorded", 3.0), ("exported", 1.0), ("rejected", 2.0)]);
}

#[wasm_bindgen_test]
async fn more_rejected_than_sent_is_all_of_them() {
    let before = fresh();
    end_three("excess");
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
        // One for each: after 401 nothing is sent there for a while.
        end_three(&format!("refused-{status}"));
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
async fn not_now() {
    for status in [429, 502, 503, 504] {
        let before = fresh();
        end_three("busy");
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
async fn not_now_but_soon() {
    let before = fresh();
    end_three("busy-once");
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
async fn not_before_a_time_that_the_budget_does_not_have() {
    let before = fresh();
    end_three("patient");
    let fetch = FakeFetch::with(|_| respond_with(503, &[], "60"));
    let first = flush().await;
    assert_eq!(
        (first.code(), first.pending, first.attempts),
        ("unavailable", 3.0, 1.0)
    );
    // Nor does the next flush ask earlier; it says why.
    let second = flush().await;
    assert_eq!(
        (second.code(), second.pending, second.attempts),
        ("unavailable", 3.0, 0.0)
    );
    assert_eq!(fetch.count(), 1);
    before.assert_since(&[("recorded", 3.0), ("buffered", 3.0)]);
}

#[wasm_bindgen_test]
async fn unauthorized_holds_back_what_comes_later() {
    let before = fresh();
    end_three("no-key");
    assert_eq!(flush_against(401, &[]).await.rejected, 3.0);
    end_three("no-key");
    let fetch = FakeFetch::answering(200, &[]);
    let report = flush().await;
    assert_eq!((report.code(), report.pending), ("unauthorized", 3.0));
    assert_eq!(fetch.count(), 0);
    before.assert_since(&[("recorded", 6.0), ("rejected", 3.0), ("buffered", 3.0)]);
}

#[wasm_bindgen_test]
async fn perhaps() {
    for status in [408, 500, 501] {
        let before = fresh();
        end_three("perhaps");
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
    end_three("halves");
    end(destination("halves"), "d");
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
    end_three("heavy");
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
