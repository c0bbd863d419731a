//! Spilling and draining, one synchronous step each; `pkg/lib/spill/` is the loop around them.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::js::answer::Attempt;
use crate::js::plain::Plain;
use crate::js::report::FlushError;
use crate::js::state::with;
use crate::js::transport::Said;
use crate::js::traps::trap_point;
use crate::{Attempted, Drained, Horizon, Outcome, Pace, Settled};

/// The store has it.
const STORED: u32 = 0;
/// The store refused it.
const REFUSED: u32 = 1;

/// What lies behind this number is not a flush's that begins now. With `seal` all chunks are
/// closed before.
#[wasm_bindgen]
pub fn horizon(seal: bool) -> u32 {
    trap_point!("horizon");
    with(0, |state| {
        let buffer = &mut state.buffer;
        let horizon = if seal {
            buffer.seal()
        } else {
            buffer.horizon()
        };
        horizon.0
    })
}

/// Leases a batch for the store:
/// `[token, destination, spans, ambiguous, address, bytes]`, or nothing if none is left.
#[wasm_bindgen]
pub fn spill_lease(horizon: u32, max_bytes: u32, now_ms: f64, ttl_ms: f64) -> Vec<usize> {
    trap_point!("spill_lease");
    with(Vec::new(), |state| {
        let buffer = &mut state.buffer;
        let max_bytes = usize::try_from(max_bytes).unwrap_or(usize::MAX);
        let Some(lease) = buffer.lease_within(Horizon(horizon), &[], now_ms, ttl_ms, max_bytes)
        else {
            return Vec::new();
        };
        buffer.hand_to_store(lease.id);
        let body = buffer.body(lease.id).unwrap_or_default();
        vec![
            lease.id.token() as usize,
            lease.destination.index(),
            lease.spans,
            lease.ambiguous as usize,
            body.as_ptr() as usize,
            body.len(),
        ]
    })
}

/// Says that whoever spills lives.
#[wasm_bindgen]
pub fn spill_beat(token: u32) {
    trap_point!("spill_beat");
    with((), |state| {
        if let Some(id) = state.buffer.lease_with(token) {
            state.buffer.beat(id);
        }
    });
}

/// Says what became of the batch, 0 stored, 1 refused, 2 unknown: `[spilled, dropped]`.
#[wasm_bindgen]
pub fn spill_settle(token: u32, how: u32) -> Vec<usize> {
    trap_point!("spill_settle");
    let settled = with(Settled::default(), |state| {
        let buffer = &mut state.buffer;
        let Some(id) = buffer.lease_with(token) else {
            return Settled::default();
        };
        match how {
            STORED => buffer.settle_spilled(id),
            REFUSED => buffer.settle(id, Outcome::Unsent),
            _ => buffer.settle(id, Outcome::Ambiguous),
        }
    });
    let dropped = settled.dropped.map_or(0, |(_, spans)| spans);
    [settled.spilled, dropped]
        .map(|spans| usize::try_from(spans).unwrap_or(usize::MAX))
        .to_vec()
}

/// Says that an item out of the store goes to the network now. False if it must not: its
/// destination is held.
#[wasm_bindgen]
pub fn drain_hand_over(
    destination: usize,
    spans: u32,
    ambiguous: u32,
    own: bool,
    now_ms: f64,
) -> bool {
    trap_point!("drain_hand_over");
    with(false, |state| {
        let held = state
            .buffer
            .destination_at(destination)
            .and_then(|id| state.buffer.destinations.held(id, now_ms));
        if held.is_none() {
            state.buffer.hand_over_drained(item(spans, ambiguous, own));
        }
        held.is_none()
    })
}

#[wasm_bindgen]
extern "C" {
    /// What came of sending an item.
    pub type Heard;

    /// Whether there was a connection at all.
    #[wasm_bindgen(method, getter)]
    fn connected(this: &Heard) -> bool;
    /// The HTTP status; 0 if there was none.
    #[wasm_bindgen(method, getter)]
    fn status(this: &Heard) -> u16;
    /// Its `Retry-After`, clamped.
    #[wasm_bindgen(method, getter, js_name = retryAfterMs)]
    fn retry_after_ms(this: &Heard) -> Option<f64>;
    /// What the answer's body says.
    #[wasm_bindgen(method, getter)]
    fn said(this: &Heard) -> Option<Said>;
    /// Words for the report where there was no answer.
    #[wasm_bindgen(method, getter)]
    fn message(this: &Heard) -> String;
}

/// Says how sending an item went, and gives back what that means.
#[wasm_bindgen]
pub fn drain_settle(
    destination: usize,
    spans: u32,
    ambiguous: u32,
    own: bool,
    now_ms: f64,
    heard: &Heard,
) -> Plain {
    trap_point!("drain_settle");
    let attempt = match (heard.connected(), heard.status()) {
        (false, _) => Attempt::failed(Attempted::NoConnection, 0, "network", &heard.message()),
        (true, 0) => Attempt::failed(Attempted::NoAnswer, 0, "timeout", &heard.message()),
        (true, status) => {
            Attempt::answered(status, heard.retry_after_ms(), heard.said().as_ref(), 0)
        }
    };
    let outcome = attempt.verdict.outcome;
    let settled = with(Settled::default(), |state| {
        let buffer = &mut state.buffer;
        if let (Pace::Hold { ms }, Some(id)) =
            (attempt.verdict.pace, buffer.destination_at(destination))
        {
            buffer.hold(id, now_ms, ms, heard.status());
        }
        buffer.settle_drained(item(spans, ambiguous, own), outcome)
    });
    let (reason, dropped) = settled.dropped.unzip();
    let object = Plain::new();
    object.number("exported", settled.exported);
    object.number("rejected", settled.rejected);
    object.number("kept", settled.kept);
    object.number("dropped", dropped.unwrap_or(0));
    if let Some(reason) = reason {
        object.text("reason", reason.name());
    }
    object.flag("inDoubt", outcome == Outcome::Ambiguous);
    FlushError::put(attempt.error.as_ref(), &object);
    object
}

/// Two request bodies in the place of one, newer spans first: `[spans, body, spans, body]`, or
/// nothing if it cannot be divided.
#[wasm_bindgen]
pub fn halve_body(body: &Uint8Array, spans: u32) -> Array {
    trap_point!("halve_body");
    let halves = with(None, |state| {
        let spans = usize::try_from(spans).ok()?;
        state.buffer.halve_body(&body.to_vec(), spans)
    });
    let parts = halves.into_iter().flatten().flat_map(|(spans, body)| {
        [
            JsValue::from(spans),
            JsValue::from(Uint8Array::from(body.as_slice())),
        ]
    });
    parts.collect()
}

fn item(spans: u32, ambiguous: u32, own: bool) -> Drained {
    Drained {
        spans: u64::from(spans),
        ambiguous,
        own,
    }
}
