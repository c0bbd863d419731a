//! The ledger goes out as numbers.

use wasm_bindgen::prelude::*;

use crate::js::state::with;
use crate::js::traps::trap_point;
use crate::js::verdict::float;
use crate::{DropReason, Stats};

/// The figures of this instance: `[recorded, buffered, inFlight, spilled, exported, rejected,
/// redelivered, unconfirmed]`, then the losses by the number of their reason.
#[wasm_bindgen]
pub fn stats() -> Vec<f64> {
    trap_point!("stats");
    let stats = with(Stats::default(), |state| state.buffer.stats());
    let lost = |reason: DropReason| {
        let found = stats.dropped.iter().find(|(known, _)| *known == reason);
        found.map_or(0, |(_, spans)| *spans)
    };
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
    let losses = DropReason::ALL.into_iter().map(lost);
    figures.into_iter().chain(losses).map(float).collect()
}
