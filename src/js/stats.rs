//! The ledger goes out as numbers.

use wasm_bindgen::prelude::*;

use crate::js::state::with;
use crate::js::verdict::float;
use crate::DropReason;

/// Leaves the figures of this instance: `[recorded, buffered, inFlight, spilled, exported, rejected,
/// redelivered, unconfirmed]`, then the losses by the number of their reason. How many numbers.
#[wasm_bindgen]
pub fn stats() -> usize {
    with(0, |state| {
        let (buffered, in_flight) = state.buffer.present();
        let root = state.buffer.root();
        let figures = [
            root.recorded,
            buffered,
            in_flight,
            root.spilled,
            root.exported,
            root.rejected,
            root.redelivered,
            state.buffer.dropped(DropReason::Unconfirmed),
        ];
        let lost = root.dropped;
        state
            .staging
            .answer(figures.into_iter().chain(lost).map(float))
    })
}
