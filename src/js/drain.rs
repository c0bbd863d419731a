//! Items on their way out of a store, one step each; `pkg/lib/spill/drain.js` is the loop around them.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::encode::constants::{DOUBTFUL, NOT_SENT, OWN};
use crate::js::answer::Attempt;
use crate::js::report::{float, to_object, BatchReport};
use crate::js::state::with;
use crate::js::time::now_ms;
use crate::js::transport::copied;
use crate::{backoff_ms, Drained, Outcome, Pace, Settled, Verdict};

fn drained(spans: u32, flags: u32) -> Drained {
    Drained {
        spans: u64::from(spans),
        ambiguous: u32::from(flags & DOUBTFUL != 0),
        own: flags & OWN != 0,
    }
}

/// Says that an item goes to the network now; `flags` are bits of `constants`. False if it must not: its
/// destination is held.
#[wasm_bindgen]
pub fn drain_hand_over(destination: usize, spans: u32, flags: u32) -> bool {
    with(false, |state| {
        let buffer = &mut state.buffer;
        let id = buffer.destination_at(destination);
        let free = id.is_none_or(|id| buffer.cooldown(id, now_ms()).is_none());
        if free {
            buffer.hand_over_drained(drained(spans, flags));
        }
        free
    })
}

/// Says how sending an item ended, after so many failures in a row at its destination. `answer` is what
/// `fetch` resolved to, with as much of the body as came; with `NOT_SENT` what was thrown; undefined if
/// nothing is known. Returns a `BatchReport`.
#[wasm_bindgen]
pub fn drain_answered(
    destination: usize,
    spans: u32,
    flags: u32,
    failures: u32,
    answer: &JsValue,
    body: Option<Uint8Array>,
) -> JsValue {
    let mut attempt = if flags & NOT_SENT != 0 {
        Attempt::no_connection(answer)
    } else if answer.is_undefined() {
        Attempt::late()
    } else {
        Attempt::of(answer, body)
    };
    let Verdict { outcome, pace } = attempt.verdict;
    let backoff_ms = || backoff_ms(failures.saturating_add(1), js_sys::Math::random());
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
        buffer.settle_drained(drained(spans, flags), outcome)
    });
    to_object(&BatchReport {
        settled,
        in_doubt: outcome == Outcome::Ambiguous,
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
