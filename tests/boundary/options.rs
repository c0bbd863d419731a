//! `configure` and `destination`.

use laminar_edge::js;
use wasm_bindgen_test::wasm_bindgen_test;

use super::ledger::{configure, fresh, Ledger};
use super::record_in::{destination, end, FULL, KEPT};
use super::send::deliver;

/// How many of three spans fit.
fn held_of_three(destination: usize) -> f64 {
    let before = Ledger::now();
    for name in ["a", "b", "c"] {
        assert_eq!(end(destination, name), FULL);
    }
    let held = Ledger::now().get("buffered") - before.get("buffered");
    js::clear();
    held
}

#[wasm_bindgen_test]
fn a_limit_is_taken_and_an_odd_one_replaced() {
    let destination = destination();
    for (given, held) in [
        (2.0, 2.0),
        (2.9, 2.0),
        (-5.0, 1.0),
        (0.0, 1.0),
        (f64::NAN, 3.0),
        (f64::INFINITY, 3.0),
        (1e300, 3.0),
    ] {
        fresh();
        // Batches of one span, because what makes room is a whole batch.
        configure(1.0, f64::NAN, given);
        assert_eq!(held_of_three(destination), held, "{given:?}");
    }
    fresh();
}

#[wasm_bindgen_test]
fn a_batch_holds_as_many_spans_as_configured() {
    let before = fresh();
    configure(2.0, f64::NAN, f64::NAN);
    let destination = destination();
    let answers = ["a", "b", "c", "d", "e"].map(|name| end(destination, name));
    assert_eq!(answers, [KEPT, FULL, KEPT, FULL, KEPT]);
    let sent: Vec<_> = deliver()
        .iter()
        .map(|batch| batch.names().join(" "))
        .collect();
    assert_eq!(sent, ["a b", "c d", "e"]);
    before.assert_since(&[("recorded", 5.0), ("exported", 5.0)]);
    fresh();
}

#[wasm_bindgen_test]
fn a_destination_is_no_other() {
    fresh();
    let first = js::destination();
    assert_eq!(js::destination(), first + 1);
}
