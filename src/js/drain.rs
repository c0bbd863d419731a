//! Items on their way out of a store, one step each; `pkg/lib/spill/drain.js` is the loop around them.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::js::answer::{Answer, Attempt};
use crate::js::report::{float, to_object, BatchReport};
use crate::js::state::with;
use crate::js::time::now_ms;
use crate::js::transport::copied;
use crate::{backoff_ms, Attempted, Drained, Outcome, Pace, Settled};

#[wasm_bindgen]
extern "C" {
    /// An item that was taken out of a store.
    pub type DrainItem;

    /// The number of its destination in this instance.
    #[wasm_bindgen(method, getter)]
    fn destination(this: &DrainItem) -> usize;
    #[wasm_bindgen(method, getter)]
    fn spans(this: &DrainItem) -> u32;
    /// How many earlier sends may have arrived.
    #[wasm_bindgen(method, getter)]
    fn ambiguous(this: &DrainItem) -> u32;
    /// Whether this isolate counts its spans as spilled.
    #[wasm_bindgen(method, getter)]
    fn own(this: &DrainItem) -> bool;
    /// How many sends to its destination have failed in a row.
    #[wasm_bindgen(method, getter)]
    fn failures(this: &DrainItem) -> u32;
}

impl DrainItem {
    fn drained(&self) -> Drained {
        Drained {
            spans: u64::from(self.spans()),
            ambiguous: self.ambiguous(),
            own: self.own(),
        }
    }
}

/// Says that an item goes to the network now. False if it must not: its destination is held.
#[wasm_bindgen]
pub fn drain_hand_over(item: &DrainItem) -> bool {
    let (destination, drained) = (item.destination(), item.drained());
    with(false, |state| {
        let buffer = &mut state.buffer;
        let id = buffer.destination_at(destination);
        let free = id.is_none_or(|id| buffer.cooldown(id, now_ms()).is_none());
        if free {
            buffer.hand_over_drained(drained);
        }
        free
    })
}

/// Says that an item was answered, with as much of the body as came. Returns a `BatchReport`.
#[wasm_bindgen]
pub fn drain_answered(item: &DrainItem, response: &JsValue, body: Option<Uint8Array>) -> JsValue {
    let body = body.as_ref().map(Uint8Array::to_vec).unwrap_or_default();
    let mut attempt = Answer::of(response).map_or_else(Attempt::no_answer, |answer| {
        Attempt::answered(&answer, &body)
    });
    settle(item, &mut attempt)
}

/// Says that an item was not answered: with `connected` it may have arrived, without it did not.
/// Returns a `BatchReport`.
#[wasm_bindgen]
pub fn drain_failed(item: &DrainItem, connected: bool, message: &str) -> JsValue {
    let mut attempt = if connected {
        Attempt::failed(Attempted::NoAnswer, "timeout", message)
    } else {
        Attempt::failed(Attempted::NoConnection, "network", message)
    };
    settle(item, &mut attempt)
}

fn settle(item: &DrainItem, attempt: &mut Attempt) -> JsValue {
    let (destination, drained) = (item.destination(), item.drained());
    let pace = attempt.verdict.pace;
    let backoff_ms = || backoff_ms(item.failures() + 1, js_sys::Math::random());
    let pause_ms = match pace {
        Pace::Go => 0.0,
        Pace::BackOff => backoff_ms(),
        Pace::Hold { ms } => backoff_ms().max(ms),
    };
    let settled = with(Settled::default(), |state| {
        let buffer = &mut state.buffer;
        if let (Pace::Hold { ms }, Some(id)) = (pace, buffer.destination_at(destination)) {
            buffer.hold(id, now_ms(), ms, attempt.status);
        }
        buffer.settle_drained(drained, attempt.verdict.outcome)
    });
    to_object(&BatchReport {
        settled,
        in_doubt: attempt.verdict.outcome == Outcome::Ambiguous,
        pause_ms,
        error: attempt.error.take(),
    })
}

/// Divides a request body into two: `[spans, body, spans, body]`, older spans first. Empty if it cannot be
/// divided.
#[wasm_bindgen]
pub fn halve_body(body: &Uint8Array, spans: usize) -> Array {
    let parts = Array::new();
    let halves = with(None, |state| state.buffer.halve_body(&body.to_vec(), spans));
    for (spans, body) in halves.iter().flatten() {
        // Without memory for both halves it cannot be divided.
        let Ok(body) = copied(body) else {
            return Array::new();
        };
        parts.push(&float(*spans as u64).into());
        parts.push(&body);
    }
    parts
}
