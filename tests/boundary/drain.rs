//! Items that come out of a store, step by step.

use js_sys::{Function, Uint8Array};
use laminar_edge::constants::{DOUBTFUL, NOT_SENT, OWN, STORED};
use laminar_edge::js;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Request;

use super::fake_fetch::{deliver, response_of, span_names, value_of};
use super::ledger::{assert_plain, entries, fresh, get, object};
use super::record_in::{destination, end};
use super::transport::{destination_at, transport};

const SPANS: u32 = 3;

fn answer(status: u16) -> JsValue {
    response_of(&[], &object(&[("status", status.into())]))
}

/// Returns `[exported, rejected, kept, lost]`, whether the item is in doubt, and the code of the
/// error.
#[track_caller]
fn outcome(report: &JsValue) -> ([f64; 4], bool, Option<String>) {
    assert_plain(report);
    let dropped = get(report, "dropped");
    assert_plain(&dropped);
    let lost = entries(&dropped)
        .map(|(_, spans)| spans.as_f64().unwrap())
        .sum();
    let [exported, rejected, kept] =
        ["exported", "rejected", "kept"].map(|name| get(report, name).as_f64().unwrap());
    let error = get(report, "error");
    let code = match error.is_undefined() {
        true => None,
        false => get(&error, "code").as_string(),
    };
    (
        [exported, rejected, kept, lost],
        get(report, "inDoubt").as_bool().unwrap(),
        code,
    )
}

#[wasm_bindgen_test]
fn each_answer_settles_an_item() {
    let before = fresh();
    for (status, flags, counts, in_doubt, code) in [
        (200, 0, [3.0, 0.0, 0.0, 0.0], false, None),
        (400, 0, [0.0, 3.0, 0.0, 0.0], false, Some("refused")),
        (401, 0, [0.0, 3.0, 0.0, 0.0], false, Some("unauthorized")),
        (503, 0, [0.0, 0.0, 3.0, 0.0], false, Some("unavailable")),
        (500, 0, [0.0, 0.0, 3.0, 0.0], true, Some("server_error")),
        (
            500,
            DOUBTFUL,
            [0.0, 0.0, 0.0, 3.0],
            true,
            Some("server_error"),
        ),
        (
            413,
            0,
            [0.0, 0.0, 0.0, 3.0],
            false,
            Some("payload_too_large"),
        ),
    ] {
        let destination = destination();
        assert!(js::drain_hand_over(destination, SPANS, flags));
        let report = js::drain_answered(destination, SPANS, flags, 0, &answer(status), None);
        let code = code.map(str::to_owned);
        assert_eq!(outcome(&report), (counts, in_doubt, code), "{status}");
    }
    // The items are another isolate's, so this one does not count them.
    before.assert_since(&[]);
}

#[wasm_bindgen_test]
fn a_partial_success_counts() {
    fresh();
    let body = Uint8Array::from(&b"\x0a\x07\x08\x02\x12\x03why"[..]);
    let report = js::drain_answered(destination(), SPANS, 0, 0, &answer(200), Some(body));
    let partial = Some("partial_success".to_owned());
    assert_eq!(outcome(&report), ([1.0, 2.0, 0.0, 0.0], false, partial));
    assert_eq!(get(&get(&report, "error"), "message"), "why");
}

#[wasm_bindgen_test]
fn an_invalid_answer_leaves_a_doubt() {
    fresh();
    for nothing in ["null", "7", "{}", "{ get type() { throw 7 } }"] {
        let nothing = value_of(nothing);
        let report = js::drain_answered(destination(), SPANS, 0, 0, &nothing, None);
        let network = Some("network".to_owned());
        assert_eq!(outcome(&report), ([0.0, 0.0, 3.0, 0.0], true, network));
    }
}

#[wasm_bindgen_test]
fn without_an_answer_it_depends_on_the_connection() {
    fresh();
    for (flags, answer, in_doubt, code) in [
        (0, JsValue::UNDEFINED, true, "timeout"),
        (
            NOT_SENT,
            js_sys::Error::new("words").into(),
            false,
            "network",
        ),
        (NOT_SENT, JsValue::UNDEFINED, false, "network"),
    ] {
        let report = js::drain_answered(destination(), SPANS, flags, 0, &answer, None);
        let code = Some(code.to_owned());
        assert_eq!(outcome(&report), ([0.0, 0.0, 3.0, 0.0], in_doubt, code));
        let says_why = get(&get(&report, "error"), "message") == "words";
        assert_eq!(says_why, answer.is_object());
    }
}

#[wasm_bindgen_test]
fn pauses_grow_with_the_failures_in_a_row() {
    fresh();
    let pause_ms = |status: u16, failures: u32| {
        let report = js::drain_answered(destination(), SPANS, 0, failures, &answer(status), None);
        get(&report, "pauseMs").as_f64().unwrap()
    };
    for (status, failures, least_ms, most_ms) in [
        (200, 3, 0.0, 0.0),
        (400, 0, 0.0, 0.0),
        (503, 0, 125.0, 250.0),
        (500, 2, 500.0, 1_000.0),
        (503, u32::MAX, 2_500.0, 5_000.0),
        (401, 0, 300_000.0, 300_000.0),
    ] {
        let ms = pause_ms(status, failures);
        assert!((least_ms..=most_ms).contains(&ms), "{status}: {ms}");
    }
}

#[wasm_bindgen_test]
fn a_held_destination_gets_nothing() {
    fresh();
    let destination = destination();
    assert!(js::drain_hand_over(destination, SPANS, 0));
    js::drain_answered(destination, SPANS, 0, 0, &answer(401), None);
    assert!(!js::drain_hand_over(destination, SPANS, 0));
}

#[wasm_bindgen_test]
fn spans_of_this_isolate_move_on_in_its_ledger() {
    let before = fresh();
    let destination = destination();
    for name in ["a", "b", "c"] {
        end(destination, name);
    }
    let lease = js::store_lease(js::horizon(true), f64::INFINITY, 1_000.0, false);
    js::store_settle(get(&lease, "token").as_f64().unwrap() as u32, STORED);
    before.assert_since(&[("recorded", 3.0), ("spilled", 3.0)]);
    let flags = OWN | DOUBTFUL;
    assert!(js::drain_hand_over(destination, SPANS, flags));
    js::drain_answered(destination, SPANS, flags, 0, &answer(200), None);
    before.assert_since(&[("recorded", 3.0), ("exported", 3.0), ("redelivered", 3.0)]);
}

#[wasm_bindgen_test]
async fn a_body_is_divided_with_its_older_spans_first() {
    fresh();
    let destination = destination();
    for name in ["a", "b", "c"] {
        end(destination, name);
    }
    let body = deliver().await.swap_remove(0);
    let halves = js::halve_body(&Uint8Array::from(&*body), 3);
    assert_eq!(halves.length(), 4);
    let mut names = Vec::new();
    for half in [0, 2] {
        let body = Uint8Array::new(&halves.get(half + 1)).to_vec();
        let spans = span_names(&body);
        assert_eq!(halves.get(half), spans.len() as f64);
        names.extend(spans);
    }
    assert_eq!(names, ["a", "b", "c"]);
}

#[wasm_bindgen_test]
fn a_body_with_another_number_of_spans_is_not_divided() {
    fresh();
    for (bytes, spans) in [(64, 3), (0, 0), (0, usize::MAX)] {
        let body = Uint8Array::from(&*vec![0xff; bytes]);
        assert_eq!(js::halve_body(&body, spans).length(), 0);
    }
}

fn target(url: &str) -> js::Target {
    let transport = transport();
    let target: Function = get(&transport, "target").unchecked_into();
    let destination = destination_at(url, "key") as f64;
    let target = target.call1(&transport, &destination.into()).unwrap();
    target.unchecked_into()
}

#[wasm_bindgen_test]
fn a_request_is_built_as_for_a_flush() {
    let transport = transport();
    let body = Uint8Array::from(&[1, 2, 3][..]);
    let here = target("https://drain.example/v1/traces");
    for (compressed, encoding) in [(false, None), (true, Some("gzip".to_owned()))] {
        let request = js::drain_request(&transport, &here, &body, compressed, 1);
        let request: Request = request.dyn_into().unwrap();
        assert_eq!(request.method(), "POST");
        let headers = request.headers();
        assert_eq!(headers.get("content-encoding").unwrap(), encoding);
        let key = headers.get("authorization").unwrap();
        assert_eq!(key.as_deref(), Some("Bearer key"));
    }
    let nowhere = js::drain_request(&transport, &target("http://"), &body, false, 1);
    assert!(nowhere.is_instance_of::<js_sys::Error>());
}
