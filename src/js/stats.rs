//! The ledger goes out as numbers.

use wasm_bindgen::prelude::*;

use crate::js::state::with;
use crate::js::verdict::float;

/// Leaves the figures of this instance: `[recorded, buffered, inFlight, spilled, exported, rejected,
/// redelivered, unconfirmed]`, then the losses by the number of their reason. How many numbers.
#[wasm_bindgen]
pub fn stats() -> usize {
    with(0, |state| {
        let stats = state.buffer.stats();
        let figures = [
            stats.recorded,
            stats.buffered,
            stats.in_flight,
            stats.spilled,
            stats.exported,
            stats.rejected,
            stats.redelivered,
            stats.unconfirmed,
        ];
        let lost = state.buffer.root().dropped;
        state
            .staging
            .answer(figures.into_iter().chain(lost).map(float))
    })
}
