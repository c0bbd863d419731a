//! Draining a store, one step each; `pkg/lib/spill/drain.js` is the loop around them.

use wasm_bindgen::prelude::*;

use crate::js::state::with;
use crate::js::traps::trap_point;
use crate::js::verdict::{counts, float, verdict};
use crate::{Drained, Outcome, Pace, Settled};

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

/// Says how sending an item went, see `verdict.rs`:
/// `[exported, rejected, spilled, kept, dropped, reason, in_doubt]`.
#[wasm_bindgen]
#[expect(
    clippy::too_many_arguments,
    reason = "an item and an answer; objects cost more than arguments"
)]
pub fn drain_settle(
    destination: usize,
    spans: u32,
    ambiguous: u32,
    own: bool,
    now_ms: f64,
    how: u32,
    status: u16,
    retry_after_ms: f64,
    rejected: f64,
) -> Vec<f64> {
    trap_point!("drain_settle");
    let verdict = verdict(how, status, retry_after_ms, rejected);
    let settled = with(Settled::default(), |state| {
        let buffer = &mut state.buffer;
        if let (Pace::Hold { ms }, Some(id)) = (verdict.pace, buffer.destination_at(destination)) {
            buffer.hold(id, now_ms, ms, status);
        }
        buffer.settle_drained(item(spans, ambiguous, own), verdict.outcome)
    });
    let mut answer = counts(settled).to_vec();
    answer.push(f64::from(u8::from(verdict.outcome == Outcome::Ambiguous)));
    answer
}

/// Divides a request body, the first `bytes` of the staging text, into two, newer spans first:
/// `[spans, bytes, spans, bytes]`, and the bodies one behind the other in the staging text. Nothing
/// if it cannot be divided.
#[wasm_bindgen]
pub fn halve_body(bytes: usize, spans: usize) -> Vec<f64> {
    trap_point!("halve_body");
    with(Vec::new(), |state| {
        let body = state.staging.text.get(..bytes).unwrap_or_default();
        let Some(halves) = state.buffer.halve_body(body, spans) else {
            return Vec::new();
        };
        let mut text = Vec::new();
        let mut answer = Vec::new();
        for (spans, body) in &halves {
            answer.push(float(*spans as u64));
            answer.push(float(body.len() as u64));
            text.extend_from_slice(body);
        }
        state.staging.text = text;
        answer
    })
}

fn item(spans: u32, ambiguous: u32, own: bool) -> Drained {
    Drained {
        spans: u64::from(spans),
        ambiguous,
        own,
    }
}
