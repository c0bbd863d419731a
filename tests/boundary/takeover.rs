//! What `pkg/lib/core/takeover.js` reads and calls after a trap.

use js_sys::{DataView, Date, WebAssembly};
use laminar_edge::js;
use laminar_edge::table::{fold, MAGIC, VERSION};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::ledger::{fresh, Ledger};
use super::record_in::{destination, end, Staging};
use super::send::{deliver, lease, settle, ANSWERED, NO_CONNECTION};

/// Two spans with the names "a" and "b", as they stand behind a request's header.
const ENCODED: &[u8] = &[0x12, 3, 0x2a, 1, b'a', 0x12, 3, 0x2a, 1, b'b'];

const TOKEN: u32 = 0x7000_0000;

fn adopt(destination: usize, ambiguous: u32, lease: u32, at_ms: f64) -> bool {
    adopt_as(TOKEN, destination, ambiguous, lease, at_ms)
}

fn adopt_as(token: u32, destination: usize, ambiguous: u32, lease: u32, at_ms: f64) -> bool {
    Staging::now().put_text(ENCODED);
    js::adopt(
        destination,
        2,
        ambiguous,
        ENCODED.len(),
        false,
        lease,
        token,
        at_ms,
        at_ms + 1_000.0,
    )
}

#[wasm_bindgen_test]
fn the_table_can_be_read_from_outside() {
    fresh();
    end(destination(), "a");
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    let whole = usize::try_from(buffer.byte_length()).unwrap();
    let view = DataView::new(&buffer, 0, whole);
    let word = |offset: usize| view.get_uint32_endian(js::root() + offset, true);
    assert_eq!([word(0), word(4)], [MAGIC, VERSION]);
    let sum = (0..120).step_by(4).map(word).fold(0, fold);
    assert_eq!(word(120), sum);
    let recorded = [word(128), word(132)];
    assert_eq!(f64::from(recorded[0]), Ledger::now().get("recorded"));
    assert_eq!([word(136), word(140)], recorded.map(|half| !half));
}

#[wasm_bindgen_test]
fn chunks_and_counters_go_over() {
    let before = fresh();
    let destination = destination();
    js::adopt_counters(10.0, 3.0, 1.0, 2.0, 1.0);
    js::adopt_dropped(0, 1.0);
    assert!(adopt(destination, 0, 0, 0.0));
    // 10 recorded; 3 exported, 1 rejected, 1 spilled, 1 evicted, 2 here: two are gone.
    assert_eq!(js::reconcile(), 2.0);
    assert_eq!(js::reconcile(), 0.0);
    before.assert_since(&[
        ("recorded", 10.0),
        ("buffered", 2.0),
        ("exported", 3.0),
        ("rejected", 1.0),
        ("redelivered", 2.0),
        ("dropped.evicted", 1.0),
        ("spilled", 1.0),
        ("dropped.trap", 2.0),
    ]);
    let sent = deliver();
    assert_eq!(
        (sent.len(), sent[0].names()),
        (1, vec!["a".to_owned(), "b".to_owned()])
    );
}

#[wasm_bindgen_test]
fn a_lease_of_the_dead_is_free_when_it_is_overdue_and_silent() {
    const LOOK_MS: f64 = 50.0;
    let before = fresh();
    js::adopt_counters(4.0, 0.0, 0.0, 0.0, 0.0);
    let mut now = Date::now();
    // One body was on the network when its holder died, the other not yet.
    let long_ago = now - 20_000.0;
    assert!(adopt_as(TOKEN, destination(), 0, 2, long_ago));
    assert!(adopt_as(TOKEN + 1, destination(), 0, 1, long_ago));
    let horizon = js::horizon(true);
    let expire = |looks: usize, now: &mut f64| {
        for _ in 0..looks {
            js::expire(*now);
            *now += LOOK_MS;
        }
    };
    // A clock that jumps adds no silence, and a beat ends it.
    expire(10, &mut now);
    js::expire(now + 1e9);
    js::beat(TOKEN);
    js::beat(TOKEN + 1);
    expire(15, &mut now);
    before.assert_since(&[("recorded", 4.0), ("inFlight", 4.0)]);
    assert!(lease(horizon).is_err());
    expire(2, &mut now);
    before.assert_since(&[("recorded", 4.0), ("buffered", 4.0)]);
    assert_eq!(deliver().len(), 2);
    before.assert_since(&[("recorded", 4.0), ("exported", 4.0), ("redelivered", 2.0)]);
}

#[wasm_bindgen_test]
fn the_answer_that_javascript_saw_settles_a_lease_of_the_dead() {
    const OF_NONE: u32 = TOKEN - 1;
    let counts_of = |token, how, status| {
        let answer = settle(token, how, status, 0.0);
        answer[..2].to_vec()
    };
    for (how, status, counts, figures) in [
        (ANSWERED, 200, [2.0, 0.0], ("exported", 2.0)),
        (ANSWERED, 400, [0.0, 2.0], ("rejected", 2.0)),
        (ANSWERED, 503, [0.0; 2], ("buffered", 2.0)),
        (NO_CONNECTION, 0, [0.0; 2], ("buffered", 2.0)),
    ] {
        let before = fresh();
        js::adopt_counters(2.0, 0.0, 0.0, 0.0, 0.0);
        assert!(adopt(destination(), 0, 2, Date::now()));
        assert_eq!(counts_of(OF_NONE, how, status), [0.0; 2]);
        before.assert_since(&[("recorded", 2.0), ("inFlight", 2.0)]);
        assert_eq!(counts_of(TOKEN, how, status), counts, "{status:?}");
        before.assert_since(&[("recorded", 2.0), figures]);
        // Heard twice, it counts once.
        assert_eq!(counts_of(TOKEN, how, status), [0.0; 2]);
        before.assert_since(&[("recorded", 2.0), figures]);
    }
}

#[wasm_bindgen_test]
fn an_unknown_destination_adopts_nothing() {
    let before = fresh();
    js::adopt_counters(2.0, 0.0, 0.0, 0.0, 0.0);
    assert!(!adopt(9_999, 0, 0, 0.0));
    assert_eq!(js::reconcile(), 2.0);
    before.assert_since(&[("recorded", 2.0), ("dropped.trap", 2.0)]);
}

#[wasm_bindgen_test]
fn clear_drops_and_counts_all_there_is() {
    let before = fresh();
    let destination = destination();
    end(destination, "a");
    js::adopt_counters(4.0, 0.0, 0.0, 0.0, 0.0);
    assert!(adopt(destination, 0, 0, 0.0));
    assert!(adopt_as(TOKEN, destination, 0, 2, Date::now()));
    assert_eq!(js::clear(), 5.0);
    assert_eq!(js::clear(), 0.0);
    before.assert_since(&[
        ("recorded", 5.0),
        ("dropped.shutdown", 3.0),
        ("dropped.unconfirmed", 2.0),
        ("unconfirmed", 2.0),
    ]);
}
