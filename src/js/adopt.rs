//! Where the state lies, for whoever has to read it after a trap, and how a fresh instance takes
//! it over. `pkg/lib/core/takeover.js` is the other half.

use wasm_bindgen::prelude::*;

use crate::js::report::float;
use crate::js::state::with;
use crate::{Adopted, AdoptedLease, Counters, DropReason};

/// Address of the [`Root`](crate::table::Root).
#[wasm_bindgen]
pub fn root() -> usize {
    with(0, |state| core::ptr::from_ref(state.buffer.root()) as usize)
}

/// Adds the counters of a dead instance.
#[wasm_bindgen]
pub fn adopt_counters(recorded: f64, exported: f64, rejected: f64, redelivered: f64, spilled: f64) {
    with((), |state| {
        state.buffer.adopt_counters(Counters {
            recorded: count(recorded),
            exported: count(exported),
            rejected: count(rejected),
            redelivered: count(redelivered),
            spilled: count(spilled),
        });
    });
}

/// Adds its losses, by the number of the reason.
#[wasm_bindgen]
pub fn adopt_dropped(reason: usize, spans: f64) {
    let reason = DropReason::ALL
        .get(reason)
        .copied()
        .unwrap_or(DropReason::Trap);
    with((), |state| state.buffer.adopt_dropped(reason, count(spans)));
}

/// Takes over a chunk whose encoded spans lie in the staging text, newest first if it was still
/// `open`. `lease` is 0 for none, 1 for one that was not yet on the network, 2 for one that was.
#[wasm_bindgen]
#[expect(
    clippy::too_many_arguments,
    reason = "a row's fields; objects cost more than arguments"
)]
pub fn adopt(
    destination: usize,
    spans: usize,
    ambiguous: u32,
    bytes: usize,
    open: bool,
    lease: u32,
    token: u32,
    leased_at_ms: f64,
    expires_at_ms: f64,
) -> bool {
    with(false, |state| {
        let Some(destination) = state.buffer.destination_at(destination) else {
            return false;
        };
        let encoded = state.staging.text.get(..bytes).unwrap_or_default();
        let lease = (lease > 0).then_some(AdoptedLease {
            token,
            handed: lease == 2,
            leased_at_ms,
            expires_at_ms,
        });
        state.buffer.adopt(
            &Adopted {
                destination,
                spans,
                newest_first: open,
                ambiguous,
                lease,
            },
            encoded,
        )
    })
}

/// Ends the takeover: counts and returns what was lost.
#[wasm_bindgen]
pub fn reconcile() -> f64 {
    with(0.0, |state| float(state.buffer.reconcile()))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate"
)]
fn count(value: f64) -> u64 {
    value as u64
}
