//! Reports and statistics go out as plain objects.

use wasm_bindgen::prelude::*;

use crate::js::plain::Plain;
use crate::js::state::with;
use crate::js::traps::trap_point;
use crate::{DropReason, Settled, Stats};

/// What one flush did, counting what its own requests settled.
#[derive(Default)]
pub(crate) struct FlushReport {
    pub(crate) exported: u64,
    pub(crate) rejected: u64,
    pub(crate) dropped: Dropped,
    pub(crate) attempts: u32,
    pub(crate) bytes: u64,
    pub(crate) error: Option<FlushError>,
}

/// The last thing that went wrong.
pub(crate) struct FlushError {
    pub(crate) code: &'static str,
    pub(crate) message: String,
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

fn put_dropped(to: &Plain, dropped: &[(DropReason, u64)]) {
    let object = Plain::new();
    for (reason, spans) in dropped {
        object.number(reason.name(), *spans);
    }
    to.object("dropped", &object);
}

impl FlushError {
    /// Puts it where there is one.
    pub(crate) fn put(error: Option<&Self>, to: &Plain) {
        let Some(error) = error else {
            return;
        };
        let object = Plain::new();
        object.text("code", error.code);
        object.text("message", &error.message);
        if let Some(status) = error.status {
            object.number("status", u64::from(status));
        }
        to.object("error", &object);
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
        let ok = pending == 0 && self.rejected == 0 && self.dropped.0.is_empty();
        if ok {
            // What went wrong on the way was put right.
            self.error = None;
        }
        let report = Plain::new();
        report.flag("ok", ok);
        report.number("exported", self.exported);
        report.number("rejected", self.rejected);
        report.number("pending", pending as u64);
        // Spilling comes after the sends, and is added there.
        report.number("spilled", 0);
        put_dropped(&report, &self.dropped.0);
        report.number("attempts", u64::from(self.attempts));
        report.number("bytes", self.bytes);
        FlushError::put(self.error.as_ref(), &report);
        report.into()
    }
}

/// The ledger of this instance.
#[wasm_bindgen]
pub fn stats() -> Plain {
    trap_point!("stats");
    let stats = with(Stats::default(), |state| state.buffer.stats());
    let object = Plain::new();
    object.number("recorded", stats.recorded);
    object.number("buffered", stats.buffered);
    object.number("inFlight", stats.in_flight);
    object.number("spilled", stats.spilled);
    object.number("exported", stats.exported);
    object.number("rejected", stats.rejected);
    put_dropped(&object, &stats.dropped);
    object.number("redelivered", stats.redelivered);
    object.number("unconfirmed", stats.unconfirmed);
    object
}
