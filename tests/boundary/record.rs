//! `end_span` and `lose_span`.

use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::{deliver, span_names};
use super::ledger::fresh;
use super::record_in::{destination, end, raw, Record, DROPPED, KEPT, PACK_AGAIN};

#[wasm_bindgen_test]
async fn a_span_ends_and_is_sent() {
    let before = fresh();
    let destination = destination();
    let record = Record::of("naïve 🙂 agent").with("ключ", "значение");
    assert_eq!(record.end(destination), KEPT);
    before.assert_since(&[("recorded", 1.0), ("buffered", 1.0)]);

    let bodies = deliver().await;
    assert_eq!(span_names(&bodies[0]), ["naïve 🙂 agent"]);
    before.assert_since(&[("recorded", 1.0), ("exported", 1.0)]);
}

#[wasm_bindgen_test]
fn a_surrogate_pair_that_joining_made_is_packed_again() {
    let before = fresh();
    let destination = destination();
    let key = |key: &str| key.encode_utf16().collect::<Vec<_>>();
    let split = Record::of("n")
        .with_units(&key("a"), &[0xd83d])
        .with_units(&[0xde42], &key("b"));
    assert_eq!(split.end(destination), PACK_AGAIN);
    before.assert_since(&[]);

    let clean = Record::of("n").with("a", "\u{fffd}").with("\u{fffd}", "b");
    assert_eq!(clean.end(destination), KEPT);
    before.assert_since(&[("recorded", 1.0), ("buffered", 1.0)]);
}

#[wasm_bindgen_test]
fn lone_surrogates_that_form_no_pair_pass() {
    let before = fresh();
    let destination = destination();
    let alone = Record::of("n").with_units(&[0xde42], &[0xd83d]);
    assert_eq!(alone.end(destination), KEPT);
    before.assert_since(&[("recorded", 1.0), ("buffered", 1.0)]);
}

#[wasm_bindgen_test]
fn an_unknown_destination_is_malformed() {
    let before = fresh();
    for number in [9_999, 0xffff_ffff] {
        assert_eq!(end(number, "lost"), DROPPED);
    }
    before.assert_since(&[("recorded", 2.0), ("dropped.malformed", 2.0)]);
}

#[wasm_bindgen_test]
fn lengths_that_lie_are_malformed() {
    let before = fresh();
    let destination = destination();
    assert_eq!(end(destination, "good"), KEPT);
    let lies = [
        [0, 0, 0, 0],
        [12, 2, 4, 4],
        [21, 2, 3, 4],
        [21, 1, 4, 4],
        [0xffff_ffff, 2, 4, 4],
        [21, 2, 0xffff_ffff, 4],
    ];
    for [words, floats, text, units] in lies {
        let answer = raw("end_span", &[destination, words, floats, text, units]);
        assert_eq!(answer, DROPPED);
    }
    let lies = lies.len() as f64;
    before.assert_since(&[
        ("recorded", lies + 1.0),
        ("buffered", 1.0),
        ("dropped.malformed", lies),
    ]);
}

#[wasm_bindgen_test]
fn a_span_that_met_a_trap_is_counted() {
    let before = fresh();
    raw("lose_span", &[]);
    before.assert_since(&[("recorded", 1.0), ("dropped.trap", 1.0)]);
}
