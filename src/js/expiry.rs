//! Ending the leases of the dead.

use wasm_bindgen::prelude::*;

use crate::js::state::with;

/// How often a flush looks, and how often holders beat: those of `pkg/lib/delivery/delivery.js`.
const LOOK_MS: f64 = 50.0;
const BEAT_MS: f64 = 250.0;
/// A holder that has not beaten for this long is dead.
const SILENCE_MS: f64 = 3.0 * BEAT_MS;

/// Ends leases that are overdue and whose holders have been seen silent for long enough.
#[wasm_bindgen]
pub fn expire(now_ms: f64) {
    with((), |state| {
        state.buffer.expire_silent(now_ms, LOOK_MS, SILENCE_MS);
    });
}
