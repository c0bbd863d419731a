//! What a fresh instance does with the memory of a dead one. Here this instance's own earlier state
//! serves as the dead one.

use js_sys::{Array, ArrayBuffer, DataView, Object, WebAssembly};
use laminar_edge::js;
use laminar_edge::table::{fold, MAGIC, VERSION};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::{deliver, never, response_of, span_names, FakeFetch};
use super::ledger::{fresh, object, Ledger};
use super::record_in::{destination, end};
use super::report::{report, Options, SHORT_MS};
use super::transport::{tokens, told, transport};

fn buffer() -> ArrayBuffer {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    memory.buffer().unchecked_into()
}

/// Describes this instance as a dead one; `destinations` is how many of its numbers the successor
/// knows.
fn dead(destinations: usize) -> js::DeadInstance {
    let buffer = buffer().slice(0);
    let destinations: Array = (0..=destinations)
        .map(|number| JsValue::from(number as f64))
        .collect();
    object(&[
        ("root", js::root().into()),
        ("bytes", buffer.byte_length().into()),
        ("buffer", buffer.into()),
        ("destinations", destinations.into()),
    ])
    .unchecked_into()
}

#[wasm_bindgen_test]
fn the_table_can_be_read_from_outside() {
    fresh();
    end(destination(), "a");
    let buffer = buffer();
    let whole = usize::try_from(buffer.byte_length()).unwrap();
    let view = DataView::new(&buffer, 0, whole);
    let word = |offset: usize| view.get_uint32_endian(js::root() + offset, true);
    assert_eq!([word(0), word(4)], [MAGIC, VERSION]);
    let sum = (0..200).step_by(4).map(word).fold(0, fold);
    assert_eq!(word(200), sum);
    let recorded = [word(208), word(212)];
    assert_eq!(f64::from(recorded[0]), Ledger::now().get("recorded"));
    assert_eq!([word(216), word(220)], recorded.map(|half| !half));
}

#[wasm_bindgen_test]
async fn counters_and_spans_go_over() {
    fresh();
    let destination = destination();
    end(destination, "a");
    end(destination, "b");
    let (dead, left) = (dead(destination), Ledger::now());
    js::clear();
    let before = Ledger::now();
    js::adopt_counters(&dead);
    js::adopt_chunks(&dead);
    assert_eq!(js::reconcile(), 0.0);
    before.assert_since(&left.figures());
    let bodies = deliver().await;
    assert_eq!(bodies.len(), 1);
    assert_eq!(span_names(&bodies[0]), ["a", "b"]);
}

#[wasm_bindgen_test]
fn spans_for_an_unknown_destination_are_lost_and_counted() {
    fresh();
    let destination = destination();
    end(destination, "a");
    let dead = dead(destination - 1);
    js::clear();
    let before = Ledger::now();
    js::adopt_counters(&dead);
    js::adopt_chunks(&dead);
    js::reconcile();
    let now = Ledger::now();
    assert_eq!(now.get("buffered"), 0.0);
    assert_eq!(
        now.get("dropped.trap") - 2.0 * before.get("dropped.trap"),
        1.0
    );
}

#[wasm_bindgen_test]
async fn a_late_answer_settles_a_lease_of_the_dead_instance() {
    fresh();
    let destination = destination();
    end(destination, "a");
    end(destination, "b");
    let fetch = FakeFetch::with(|_| never());
    let asked = transport();
    let kept: js::Transport = JsValue::from(&asked).unchecked_into();
    let promise = Options::within(SHORT_MS).begin_with(asked);
    let [token] = tokens(&kept)[..] else {
        panic!("one request");
    };
    let dead = dead(destination);
    // The dead instance's request ends without an answer, and its lease is released.
    report(promise).await;
    js::clear();
    js::adopt_counters(&dead);
    js::adopt_chunks(&dead);
    js::reconcile();
    let before = Ledger::now();
    assert_eq!(before.get("inFlight"), 2.0);

    let heard = transport();
    let answer: Object = response_of(&[], &object(&[("status", 200.into())])).unchecked_into();
    assert!(js::settle_late(token, Some(answer), None, &heard));
    assert_eq!(told(&heard), ["2 0 0 "]);
    assert_eq!(fetch.count(), 1);
    before.assert_since(&[("inFlight", -2.0), ("exported", 2.0)]);
}

#[wasm_bindgen_test]
fn memory_that_is_no_instance_is_nothing_to_take_over() {
    let before = fresh();
    for root in [0, 8, u32::MAX] {
        let dead: js::DeadInstance = object(&[
            ("root", root.into()),
            ("bytes", 4_096.into()),
            ("buffer", ArrayBuffer::new(4_096).into()),
            ("destinations", Array::new().into()),
        ])
        .unchecked_into();
        js::adopt_counters(&dead);
        js::adopt_chunks(&dead);
        js::reconcile();
    }
    before.assert_since(&[]);
}

#[wasm_bindgen_test]
fn clear_drops_and_counts_all_spans() {
    let before = fresh();
    end(destination(), "a");
    end(destination(), "b");
    assert_eq!(js::clear(), 2.0);
    assert_eq!(js::clear(), 0.0);
    before.assert_since(&[("recorded", 2.0), ("dropped.shutdown", 2.0)]);
}
