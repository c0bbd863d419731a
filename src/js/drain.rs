//! Draining a store, one step each; `pkg/lib/spill/drain.js` is the loop around them.

use wasm_bindgen::prelude::*;

use crate::js::state::with;
use crate::js::verdict::{counts, float, verdict};
use crate::{Drained, Outcome, Pace};

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
    with(false, |state| {
        let held = state
            .buffer
            .destination_at(destination)
            .and_then(|id| state.buffer.cooldown(id, now_ms));
        if held.is_none() {
            state.buffer.hand_over_drained(item(spans, ambiguous, own));
        }
        held.is_none()
    })
}

/// Says how sending an item went, see `verdict.rs`, and leaves
/// `[exported, rejected, spilled, kept, dropped, reason, in_doubt]`: how many numbers.
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
) -> usize {
    let verdict = verdict(how, status, retry_after_ms, rejected);
    with(0, |state| {
        let buffer = &mut state.buffer;
        if let (Pace::Hold { ms }, Some(id)) = (verdict.pace, buffer.destination_at(destination)) {
            buffer.hold(id, now_ms, ms, status);
        }
        let settled = buffer.settle_drained(item(spans, ambiguous, own), verdict.outcome);
        let in_doubt = u8::from(verdict.outcome == Outcome::Ambiguous);
        let numbers = counts(settled, f64::from(in_doubt));
        state.staging.answer(numbers)
    })
}

/// Divides a request body, the first `bytes` of the staging text, into two, older spans first: leaves
/// `[spans, bytes, spans, bytes]`, and the bodies one behind the other in the staging text. How many
/// numbers, none if it cannot be divided.
#[wasm_bindgen]
pub fn halve_body(bytes: usize, spans: usize) -> usize {
    with(0, |state| {
        let body = state.staging.text.get(..bytes).unwrap_or_default();
        let Some(halves) = state.buffer.halve_body(body, spans) else {
            return 0;
        };
        let [older, newer] = &halves;
        state.staging.set_text([&*older.1, &*newer.1].concat());
        let numbers = [older.0, older.1.len(), newer.0, newer.1.len()];
        let numbers = numbers.map(|number| float(number as u64));
        state.staging.answer(numbers)
    })
}

fn item(spans: u32, ambiguous: u32, own: bool) -> Drained {
    Drained {
        spans: u64::from(spans),
        ambiguous,
        own,
    }
}
