//! Batches that go into a store, step by step.

use js_sys::{Uint8Array, WebAssembly};
use laminar_edge::constants::{REFUSED, STORED, UNKNOWN};
use laminar_edge::js;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::{respond_with, span_names, FakeFetch};
use super::ledger::{assert_names, configure, entries, fresh, get};
use super::record_in::{destination, end};
use super::report::flush;

const LEFT_MS: f64 = 5_000.0;

/// Returns what `store_lease` describes, and its body.
struct Batch {
    token: u32,
    destination: usize,
    spans: u32,
    ambiguous: u32,
    body: Vec<u8>,
}

fn lease() -> Option<Batch> {
    let lease = js::store_lease(js::horizon(true), f64::INFINITY, LEFT_MS, false);
    if lease.is_undefined() {
        return None;
    }
    assert_names(
        &lease,
        &[
            "token",
            "destination",
            "spans",
            "ambiguous",
            "address",
            "bytes",
        ],
    );
    let number = |name| get(&lease, name).as_f64().unwrap() as u32;
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let (address, bytes) = (number("address"), number("bytes"));
    let body = Uint8Array::new_with_byte_offset_and_length(&memory.buffer(), address, bytes);
    Some(Batch {
        token: number("token"),
        destination: number("destination") as usize,
        spans: number("spans"),
        ambiguous: number("ambiguous"),
        body: body.to_vec(),
    })
}

/// Returns `[exported, rejected, spilled, kept, lost]` of a plain report.
#[track_caller]
fn counts(report: &JsValue) -> [f64; 5] {
    assert_names(
        report,
        &[
            "exported", "rejected", "spilled", "kept", "dropped", "inDoubt", "pauseMs",
        ],
    );
    let lost = entries(&get(report, "dropped"))
        .map(|(_, spans)| spans.as_f64().unwrap())
        .sum();
    let [exported, rejected, spilled, kept] =
        ["exported", "rejected", "spilled", "kept"].map(|name| get(report, name).as_f64().unwrap());
    [exported, rejected, spilled, kept, lost]
}

#[wasm_bindgen_test]
fn a_batch_is_named_with_its_body_and_goes_into_the_store_once() {
    let before = fresh();
    let destination = destination();
    end(destination, "a");
    end(destination, "b");
    let batch = lease().unwrap();
    assert_eq!(
        (batch.destination, batch.spans, batch.ambiguous),
        (destination, 2, 0)
    );
    assert_eq!(span_names(&batch.body), ["a", "b"]);
    assert!(lease().is_none());
    js::store_beat(batch.token);
    before.assert_since(&[("recorded", 2.0), ("inFlight", 2.0)]);
    let stored = js::store_settle(batch.token, STORED);
    assert_eq!(counts(&stored), [0.0, 0.0, 2.0, 0.0, 0.0]);
    // Settled twice, it counts once.
    let again = js::store_settle(batch.token, STORED);
    assert_eq!(counts(&again), [0.0; 5]);
    before.assert_since(&[("recorded", 2.0), ("spilled", 2.0)]);
}

#[wasm_bindgen_test]
fn a_batch_that_the_store_refused_waits_again() {
    let before = fresh();
    end(destination(), "a");
    for _ in 0..3 {
        let batch = lease().unwrap();
        assert_eq!(batch.ambiguous, 0);
        let refused = js::store_settle(batch.token, REFUSED);
        assert_eq!(counts(&refused), [0.0, 0.0, 0.0, 1.0, 0.0]);
    }
    before.assert_since(&[("recorded", 1.0), ("buffered", 1.0)]);
}

#[wasm_bindgen_test]
fn a_batch_that_may_be_stored_is_leased_twice_at_most() {
    let before = fresh();
    end(destination(), "a");
    let first = lease().unwrap();
    let unknown = js::store_settle(first.token, UNKNOWN);
    assert_eq!(counts(&unknown), [0.0, 0.0, 0.0, 1.0, 0.0]);
    let second = lease().unwrap();
    assert_eq!(second.ambiguous, 1);
    let unknown = js::store_settle(second.token, UNKNOWN);
    assert_eq!(counts(&unknown), [0.0, 0.0, 0.0, 0.0, 1.0]);
    assert!(lease().is_none());
    before.assert_since(&[
        ("recorded", 1.0),
        ("dropped.unconfirmed", 1.0),
        ("unconfirmed", 1.0),
    ]);
}

#[wasm_bindgen_test]
async fn batches_of_a_held_destination_are_stored() {
    let before = fresh();
    end(destination(), "a");
    let _fetch = FakeFetch::with(|_| respond_with(429, &[], "60"));
    assert_eq!(flush().await.pending, 1.0);
    let batch = lease().unwrap();
    js::store_settle(batch.token, STORED);
    before.assert_since(&[("recorded", 1.0), ("spilled", 1.0)]);
}

#[wasm_bindgen_test]
fn batches_are_no_larger_than_the_store_takes() {
    fresh();
    configure(&[("maxExportBatchSize", 1.into())]);
    let destination = destination();
    let name = "x".repeat(1_000);
    end(destination, &name);
    end(destination, &name);
    let horizon = js::horizon(true);
    let lease = |max_bytes| js::store_lease(horizon, max_bytes, LEFT_MS, false);
    assert!(lease(500.0).is_undefined());
    for _ in 0..2 {
        assert_eq!(get(&lease(1_800.0), "spans"), 1);
    }
    assert!(lease(1_800.0).is_undefined());
    js::clear();
    fresh();
}
