//! Reports and statistics go out as plain objects.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::js::state::with;
use crate::js::traps::trap_point;
use crate::{DropReason, Settled, Stats};

/// What one flush did, counting what its own requests settled.
#[derive(Default, Serialize)]
pub(crate) struct FlushReport {
    pub(crate) ok: bool,
    pub(crate) exported: u64,
    pub(crate) rejected: u64,
    pub(crate) pending: u64,
    /// Spilling comes after the sends, and is added there.
    pub(crate) spilled: u64,
    pub(crate) dropped: Dropped,
    pub(crate) attempts: u32,
    pub(crate) bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<FlushError>,
}

/// The last thing that went wrong.
#[derive(Serialize)]
pub(crate) struct FlushError {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
}

/// Counts by reason. A list, because there are eight reasons and a map weighs three kilobytes.
#[derive(Default)]
pub(crate) struct Dropped(Vec<(DropReason, u64)>);

impl Dropped {
    fn add(&mut self, reason: DropReason, spans: u64) {
        match self.0.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += spans,
            None => self.0.push((reason, spans)),
        }
    }
}

impl Serialize for Dropped {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(reason, count)| (reason.name(), count)))
    }
}

impl FlushReport {
    pub(crate) fn add(&mut self, settled: Settled) {
        self.exported += settled.exported;
        self.rejected += settled.rejected;
        if let Some((reason, spans)) = settled.dropped {
            self.dropped.add(reason, spans);
        }
    }

    /// Ends the report: `pending` spans of those it covers are still unsent.
    pub(crate) fn conclude(mut self, pending: usize) -> JsValue {
        self.pending = pending as u64;
        self.ok = pending == 0 && self.rejected == 0 && self.dropped.0.is_empty();
        if self.ok {
            // What went wrong on the way was put right.
            self.error = None;
        }
        to_js(&self)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatsOut {
    recorded: u64,
    buffered: u64,
    in_flight: u64,
    spilled: u64,
    exported: u64,
    rejected: u64,
    dropped: Dropped,
    redelivered: u64,
    unconfirmed: u64,
}

/// The ledger of this instance.
#[wasm_bindgen]
pub fn stats() -> JsValue {
    trap_point!("stats");
    let stats = with(Stats::default(), |state| state.buffer.stats());
    to_js(&StatsOut {
        recorded: stats.recorded,
        buffered: stats.buffered,
        in_flight: stats.in_flight,
        spilled: stats.spilled,
        exported: stats.exported,
        rejected: stats.rejected,
        dropped: Dropped(stats.dropped),
        redelivered: stats.redelivered,
        unconfirmed: stats.unconfirmed,
    })
}

pub(crate) fn to_js(value: &impl Serialize) -> JsValue {
    value
        .serialize(&Serializer::json_compatible())
        .unwrap_or(JsValue::UNDEFINED)
}
