//! Ending the leases of the dead.

use wasm_bindgen::prelude::*;

use crate::js::state::{with, State};
use crate::LeaseId;

/// How often a flush looks, and how often holders beat: those of `pkg/lib/delivery.js`.
const LOOK_MS: f64 = 50.0;
const BEAT_MS: f64 = 250.0;
/// A holder that has not beaten for this long is dead.
const SILENCE_MS: f64 = 3.0 * BEAT_MS;

/// A lease that seems overdue, and how long its holder has been silent under somebody's eyes.
/// Kept from flush to flush: one budget may be shorter than the silence that proves a death.
pub(crate) struct Watched {
    id: LeaseId,
    beats: u32,
    silent_ms: f64,
    seen_at_ms: f64,
}

/// Ends leases that are overdue and whose holders have been seen silent for long enough. However
/// many flushes look, and however far the clock jumps, a look adds no more than its own pause.
#[wasm_bindgen]
pub fn expire(now_ms: f64) {
    with((), |state| {
        let State {
            buffer, watched, ..
        } = state;
        let known = core::mem::take(watched);
        for (id, beats) in buffer.overdue(buffer.horizon(), now_ms) {
            let before = known
                .iter()
                .find(|seen| seen.id == id && seen.beats == beats);
            let silent_ms = before.map_or(0.0, |seen| {
                seen.silent_ms + (now_ms - seen.seen_at_ms).clamp(0.0, LOOK_MS)
            });
            if silent_ms < SILENCE_MS {
                watched.push(Watched {
                    id,
                    beats,
                    silent_ms,
                    seen_at_ms: now_ms,
                });
            } else {
                buffer.expire(id, beats, now_ms);
            }
        }
    });
}
