//! `stats()` as JavaScript sees it.

use js_sys::JSON;
use laminar_edge::js;
use wasm_bindgen_test::wasm_bindgen_test;

use super::ledger::{assert_names, assert_plain, entries, fresh, get};
use super::record_in::raw;

#[wasm_bindgen_test]
fn figures_are_numbers_of_a_plain_object() {
    fresh();
    let stats = js::stats();
    assert_names(
        &stats,
        &[
            "recorded",
            "buffered",
            "inFlight",
            "spilled",
            "handed",
            "exported",
            "rejected",
            "dropped",
            "redelivered",
            "unconfirmed",
            "redacted",
        ],
    );
    for (name, value) in entries(&stats) {
        if ["dropped", "redacted"].contains(&name.as_str()) {
            assert_plain(&value);
            continue;
        }
        assert!(value.as_f64().is_some(), "{name}: {value:?}");
    }
}

#[wasm_bindgen_test]
fn losses_are_a_plain_object_by_reason() {
    fresh();
    raw("lose_span", &[]);
    let stats = js::stats();
    let dropped = get(&stats, "dropped");
    assert_plain(&dropped);
    assert!(get(&dropped, "trap").as_f64() >= Some(1.0));
    let json = String::from(JSON::stringify(&stats).unwrap());
    assert!(json.contains("\"trap\":"), "{json}");
}
