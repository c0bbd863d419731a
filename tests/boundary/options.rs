//! `configure` and `destination`.

use js_sys::{Function, Object};
use laminar_edge::constants::BY_NETWORK;
use laminar_edge::js;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::FakeFetch;
use super::ledger::{configure, fresh, Ledger};
use super::record_in::{destination, end, FULL, KEPT};
use super::report::flush;

/// Returns how many of three spans fit.
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
fn a_valid_limit_is_used_and_an_invalid_one_replaced() {
    let destination = destination();
    let cases: [(JsValue, f64); 8] = [
        (2.into(), 2.0),
        (2.9.into(), 2.0),
        ((-5).into(), 1.0),
        (0.into(), 1.0),
        (f64::NAN.into(), 3.0),
        (f64::INFINITY.into(), 3.0),
        (JsValue::UNDEFINED, 3.0),
        (1e300.into(), 3.0),
    ];
    for (given, held) in cases {
        fresh();
        configure_queue_of_batches(&given);
        assert_eq!(held_of_three(destination), held, "{given:?}");
    }
    fresh();
}

/// Configures batches of one span, because whole batches are evicted.
fn configure_queue_of_batches(max_queue_size: &JsValue) {
    configure(&[
        ("maxQueueSize", max_queue_size.clone()),
        ("maxExportBatchSize", 1.into()),
    ]);
}

#[wasm_bindgen_test]
async fn a_batch_holds_as_many_spans_as_configured() {
    let before = fresh();
    configure(&[("maxExportBatchSize", 2.into())]);
    let destination = destination();
    let answers = ["a", "b", "c", "d", "e"].map(|name| end(destination, name));
    assert_eq!(answers, [KEPT, FULL, KEPT, FULL, KEPT]);
    let fetch = FakeFetch::answering(200, &[]);
    let report = flush().await;
    assert_eq!(
        (report.ok, report.exported, report.attempts),
        (true, 5.0, 3.0)
    );
    assert_eq!(fetch.spans(0).await, ["a", "b"]);
    assert_eq!(fetch.spans(1).await, ["c", "d"]);
    assert_eq!(fetch.spans(2).await, ["e"]);
    before.assert_since(&[("recorded", 5.0), ("exported", 5.0)]);
    fresh();
}

#[wasm_bindgen_test]
fn options_with_a_prototype_and_getters_are_read_too() {
    fresh();
    let source = "return Object.create({ maxQueueSize: 1 }, \
                  { maxExportBatchSize: { get: () => 1 } })";
    let options: Object = Function::new_no_args(source)
        .call0(&JsValue::UNDEFINED)
        .unwrap()
        .unchecked_into();
    js::configure(options.unchecked_ref());
    assert_eq!(held_of_three(destination()), 1.0);
    fresh();
}

#[wasm_bindgen_test]
fn each_destination_has_a_number_of_its_own() {
    fresh();
    let first = js::destination(BY_NETWORK);
    assert_eq!(js::destination(BY_NETWORK), first + 1);
}
