//! Large strings, which are sent before their span, in one call or in pieces.

use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::deliver;
use super::ledger::{configure, fresh};
use super::record_in::{destination, end, raw, Staging, DROPPED, KEPT};

const TRUE: f64 = 1.0;
const FALSE: f64 = 0.0;

fn push_part(destination: usize, part: &str) -> f64 {
    Staging::now().put_text(part.as_bytes());
    raw("push_part", &[destination, part.len()])
}

fn push_string(destination: usize, value: &str, key: &str) -> f64 {
    Staging::now().put_text(format!("{value}{key}").as_bytes());
    raw("push_string", &[destination, value.len(), key.len()])
}

/// Returns whether the body of the only request contains this text.
async fn is_sent_whole(text: &str) -> bool {
    let sent = deliver().await;
    assert_eq!(sent.len(), 1);
    let text = text.as_bytes();
    let mut windows = sent[0].windows(text.len());
    windows.any(|window| window == text)
}

#[wasm_bindgen_test]
async fn a_string_in_one_call() {
    let before = fresh();
    let destination = destination();
    assert_eq!(push_string(destination, &"ä".repeat(400), "k"), TRUE);
    before.assert_since(&[]);
    assert_eq!(end(destination, "n"), KEPT);
    before.assert_since(&[("recorded", 1.0), ("buffered", 1.0)]);
    assert!(is_sent_whole(&"ä".repeat(400)).await);
}

#[wasm_bindgen_test]
async fn a_string_in_pieces_comes_from_its_end() {
    fresh();
    let destination = destination();
    assert_eq!(push_part(destination, "third"), TRUE);
    assert_eq!(push_part(destination, "second,"), TRUE);
    assert_eq!(push_string(destination, "first,", "k"), TRUE);
    assert_eq!(end(destination, "n"), KEPT);
    assert!(is_sent_whole("first,second,third").await);
}

#[wasm_bindgen_test]
fn pieces_without_a_key_make_the_span_malformed() {
    let before = fresh();
    let destination = destination();
    assert_eq!(push_part(destination, "piece"), TRUE);
    assert_eq!(end(destination, "n"), DROPPED);
    assert_eq!(end(destination, "next"), KEPT);
    before.assert_since(&[
        ("recorded", 2.0),
        ("buffered", 1.0),
        ("dropped.malformed", 1.0),
    ]);
}

#[wasm_bindgen_test]
fn a_span_larger_than_a_request_is_refused_once() {
    let before = fresh();
    configure(&[("maxExportBatchSizeBytes", 8_192.into())]);
    let destination = destination();
    let piece = "x".repeat(6_000);
    assert_eq!(push_part(destination, &piece), TRUE);
    assert_eq!(push_part(destination, &piece), FALSE);
    assert_eq!(push_string(destination, "x", "k"), FALSE);
    assert_eq!(end(destination, "n"), DROPPED);
    assert_eq!(end(destination, "next"), KEPT);
    before.assert_since(&[
        ("recorded", 2.0),
        ("buffered", 1.0),
        ("dropped.span_too_large", 1.0),
    ]);
    fresh();
}

#[wasm_bindgen_test]
fn an_unknown_destination_takes_no_string() {
    let before = fresh();
    assert_eq!(push_part(9_999, "piece"), FALSE);
    assert_eq!(push_string(9_999, "piece", "k"), FALSE);
    before.assert_since(&[]);
}

#[wasm_bindgen_test]
async fn another_span_does_not_inherit_a_string() {
    fresh();
    let [abandoned, other] = [destination(), destination()];
    assert_eq!(push_string(abandoned, "inheritance", "k"), TRUE);
    assert_eq!(end(other, "n"), KEPT);
    assert!(!is_sent_whole("inheritance").await);
}
