//! `settle_late`: answers that arrive after the flush that sent the request has ended.

use js_sys::{Object, Uint8Array};
use laminar_edge::js;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::{never, response_of, value_of, FakeFetch};
use super::ledger::{fresh, object};
use super::record_in::{destination, end};
use super::report::{report, Options, SHORT_MS};
use super::transport::{tokens, told, transport};

fn answer(status: u16) -> Option<Object> {
    Some(response_of(&[], &object(&[("status", status.into())])).unchecked_into())
}

/// Flushes with a request that hangs. Its answer is settled late, twice, and for an unknown lease.
async fn settled_late(
    response: Option<Object>,
    body: Option<&[u8]>,
    figures: &[(&str, f64)],
    expected: &str,
) {
    let before = fresh();
    let destination = destination();
    for name in ["a", "b", "c"] {
        end(destination, name);
    }
    let _fetch = FakeFetch::with(|_| never());
    let transport = transport();
    let kept: js::Transport = JsValue::from(&transport).unchecked_into();
    let promise = Options::within(SHORT_MS).begin_with(transport);
    before.assert_since(&[("recorded", 3.0), ("inFlight", 3.0)]);

    let [token] = tokens(&kept)[..] else {
        panic!("one request");
    };
    let of_nobody = token + 1_000;
    for token in [of_nobody, token, token] {
        let body = body.map(Uint8Array::from);
        assert!(js::settle_late(token, response.clone(), body, &kept));
    }
    before.assert_since(figures);
    assert_eq!(told(&kept), ["0 0 0 ", expected, "0 0 0 "]);

    // The flush does not report what was settled outside of it.
    let report = report(promise).await;
    assert_eq!((report.exported, report.rejected), (0.0, 0.0));
    before.assert_since(figures);
    js::clear();
}

#[wasm_bindgen_test]
async fn an_answer_settles_the_batch_once() {
    settled_late(
        answer(200),
        None,
        &[("recorded", 3.0), ("exported", 3.0)],
        "3 0 0 ",
    )
    .await;
}

#[wasm_bindgen_test]
async fn the_body_of_an_answer_counts_too() {
    settled_late(
        answer(200),
        Some(&[0x0a, 0x02, 0x08, 0x02]),
        &[("recorded", 3.0), ("exported", 1.0), ("rejected", 2.0)],
        "1 2 0 ",
    )
    .await;
}

#[wasm_bindgen_test]
async fn a_refusal_settles_the_batch_too() {
    settled_late(
        answer(400),
        None,
        &[("recorded", 3.0), ("rejected", 3.0)],
        "0 3 0 ",
    )
    .await;
}

#[wasm_bindgen_test]
async fn a_batch_that_did_not_arrive_waits_again() {
    for response in [answer(503), None] {
        settled_late(
            response,
            None,
            &[("recorded", 3.0), ("buffered", 3.0)],
            "0 0 0 ",
        )
        .await;
    }
}

#[wasm_bindgen_test]
async fn an_invalid_answer_leaves_a_doubt() {
    for odd in ["{}", "{ get status() { throw null } }"] {
        settled_late(
            Some(value_of(odd).unchecked_into()),
            None,
            &[("recorded", 3.0), ("buffered", 3.0)],
            "0 0 0 ",
        )
        .await;
    }
}
