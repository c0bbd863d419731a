//! Reports and the ledger, as the plain objects that programs see.
//!
//! Their fields are serialised as entries of a map. For fields of a struct, serde-wasm-bindgen keeps a
//! hash table of their names, which is twice as large as all that is here.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

use crate::js::state::with;
use crate::{DropReason, Settled, Stats};

/// What one flush did, counting what its own requests settled. Counts are `f64`, because a number
/// that JavaScript cannot hold would be an error with words.
#[derive(Default)]
pub(crate) struct FlushReport {
    ok: bool,
    exported: f64,
    rejected: f64,
    pending: f64,
    /// Storing comes after sending, and is added there.
    spilled: f64,
    dropped: Dropped,
    pub(crate) attempts: u32,
    pub(crate) bytes: f64,
    pub(crate) error: Option<FlushError>,
}

/// The last thing that went wrong.
pub(crate) struct FlushError {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) status: Option<u16>,
}

/// Lost spans by reason. A list, because there are eight reasons and a map weighs three kilobytes.
#[derive(Default)]
pub(crate) struct Dropped(Vec<(DropReason, u64)>);

impl Dropped {
    pub(crate) fn add(&mut self, reason: DropReason, spans: u64) {
        match self.0.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += spans,
            None => self.0.push((reason, spans)),
        }
    }
}

impl From<Option<(DropReason, u64)>> for Dropped {
    fn from(dropped: Option<(DropReason, u64)>) -> Self {
        Self(
            dropped
                .into_iter()
                .filter(|(_, spans)| *spans > 0)
                .collect(),
        )
    }
}

impl Serialize for Dropped {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (reason, spans) in &self.0 {
            map.serialize_entry(reason.name(), &float(*spans))?;
        }
        map.end()
    }
}

impl Serialize for FlushError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code)?;
        map.serialize_entry("message", self.message.as_str())?;
        if let Some(status) = self.status {
            map.serialize_entry("status", &f64::from(status))?;
        }
        map.end()
    }
}

/// What the three kinds of reports are made of.
struct Fields<'a> {
    /// `ok` or `inDoubt`.
    flag: Option<(&'static str, bool)>,
    counts: &'a [(&'static str, f64)],
    dropped: &'a Dropped,
    error: Option<&'a FlushError>,
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some((name, value)) = self.flag {
            map.serialize_entry(name, &value)?;
        }
        for (name, value) in self.counts {
            map.serialize_entry(*name, value)?;
        }
        map.serialize_entry("dropped", self.dropped)?;
        if let Some(error) = self.error {
            map.serialize_entry("error", error)?;
        }
        map.end()
    }
}

impl Serialize for FlushReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = Fields {
            flag: Some(("ok", self.ok)),
            counts: &[
                ("exported", self.exported),
                ("rejected", self.rejected),
                ("pending", self.pending),
                ("spilled", self.spilled),
                ("attempts", self.attempts.into()),
                ("bytes", self.bytes),
            ],
            dropped: &self.dropped,
            error: self.error.as_ref(),
        };
        fields.serialize(serializer)
    }
}

impl FlushReport {
    pub(crate) fn add(&mut self, settled: Settled) {
        self.exported += float(settled.exported);
        self.rejected += float(settled.rejected);
        if let Some((reason, spans)) = settled.dropped {
            self.dropped.add(reason, spans);
        }
    }

    /// Ends the report: `pending` spans of those it covers are still unsent.
    pub(crate) fn concluded(mut self, pending: usize) -> Self {
        self.pending = float(pending as u64);
        self.ok = pending == 0 && self.rejected == 0.0 && self.dropped.0.is_empty();
        if self.ok {
            // What went wrong on the way was put right.
            self.error = None;
        }
        self
    }
}

/// What became of one batch, for the loops of `laminar-edge/spill` and for answers that come after a
/// trap.
pub(crate) struct BatchReport {
    exported: f64,
    rejected: f64,
    spilled: f64,
    kept: f64,
    dropped: Dropped,
    pub(crate) in_doubt: bool,
    pub(crate) error: Option<FlushError>,
}

impl Serialize for BatchReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = Fields {
            flag: Some(("inDoubt", self.in_doubt)),
            counts: &[
                ("exported", self.exported),
                ("rejected", self.rejected),
                ("spilled", self.spilled),
                ("kept", self.kept),
            ],
            dropped: &self.dropped,
            error: self.error.as_ref(),
        };
        fields.serialize(serializer)
    }
}

impl From<Settled> for BatchReport {
    fn from(settled: Settled) -> Self {
        Self {
            exported: float(settled.exported),
            rejected: float(settled.rejected),
            spilled: float(settled.spilled),
            kept: float(settled.kept),
            dropped: settled.dropped.into(),
            in_doubt: false,
            error: None,
        }
    }
}

impl Serialize for Stats {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = Fields {
            flag: None,
            counts: &[
                ("recorded", float(self.recorded)),
                ("buffered", float(self.buffered)),
                ("inFlight", float(self.in_flight)),
                ("spilled", float(self.spilled)),
                ("exported", float(self.exported)),
                ("rejected", float(self.rejected)),
                ("redelivered", float(self.redelivered)),
                ("unconfirmed", float(self.unconfirmed)),
            ],
            dropped: &Dropped(self.dropped.clone()),
            error: None,
        };
        fields.serialize(serializer)
    }
}

/// Returns the ledger of this instance as an object.
#[wasm_bindgen]
pub fn stats() -> JsValue {
    to_object(&with(Stats::default(), |state| state.buffer.stats()))
}

/// Returns how many spans were lost so far: whoever remembers the number need not ask for the ledger.
#[wasm_bindgen]
pub fn losses() -> f64 {
    with(0.0, |state| float(state.buffer.root().dropped.iter().sum()))
}

/// Returns a plain object; nothing here has a form that JavaScript lacks.
pub(crate) fn to_object(value: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    value.serialize(&serializer).unwrap_or_default()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of spans and bytes stay far below 2^53"
)]
pub(crate) fn float(value: u64) -> f64 {
    value as f64
}
