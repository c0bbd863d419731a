//! Reports and the ledger, as the plain objects that programs see.
//!
//! Their fields are serialised as entries of a map. For fields of a struct, serde-wasm-bindgen keeps a
//! hash table of their names, which is twice as large as all that is here.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

#[cfg(feature = "js")]
use crate::js::state::with;
#[cfg(feature = "js")]
use crate::redact::{Redacted, LABELS};
#[cfg(feature = "js")]
use crate::Stats;
use crate::{DropReason, Settled};

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

/// Lost spans by reason.
#[derive(Default)]
pub(crate) struct Dropped([u64; DropReason::COUNT]);

impl Dropped {
    pub(crate) fn add(&mut self, reason: DropReason, spans: u64) {
        if let Some(count) = self.0.get_mut(reason as usize) {
            *count += spans;
        }
    }

    fn is_empty(&self) -> bool {
        self.0.iter().sum::<u64>() == 0
    }
}

#[cfg(feature = "js")]
impl From<Option<(DropReason, u64)>> for Dropped {
    fn from(dropped: Option<(DropReason, u64)>) -> Self {
        let mut counts = Self::default();
        if let Some((reason, spans)) = dropped {
            counts.add(reason, spans);
        }
        counts
    }
}

/// A value of a report. All reports are made of these, so that there is one function that makes objects.
pub(crate) enum Value<'a> {
    /// The object does not have it.
    Absent,
    Flag(bool),
    Count(f64),
    Text(&'a str),
    Dropped(&'a Dropped),
    #[cfg(feature = "js")]
    Redacted(&'a Redacted),
    Error(&'a FlushError),
    Object(&'a [(&'static str, Value<'a>)]),
}

impl<'a> Value<'a> {
    fn error(error: Option<&'a FlushError>) -> Self {
        error.map_or(Self::Absent, Self::Error)
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_unit(),
            Self::Flag(value) => serializer.serialize_bool(*value),
            Self::Count(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Dropped(Dropped(counts)) => {
                let fields = DropReason::ALL.map(|reason| {
                    let spans = counts.get(reason as usize).filter(|spans| **spans > 0);
                    let count = spans.map_or(Value::Absent, |spans| Value::Count(float(*spans)));
                    (reason.name(), count)
                });
                Value::Object(&fields).serialize(serializer)
            }
            #[cfg(feature = "js")]
            Self::Redacted(Redacted(counts)) => {
                let mut fields = LABELS.map(|label| (label, Value::Absent));
                for ((_, value), count) in fields
                    .iter_mut()
                    .zip(counts)
                    .filter(|(_, count)| **count > 0)
                {
                    *value = Value::Count(f64::from(*count));
                }
                Value::Object(&fields).serialize(serializer)
            }
            Self::Error(error) => {
                let status = error.status.map(|status| Value::Count(status.into()));
                let fields = [
                    ("code", Value::Text(error.code)),
                    ("message", Value::Text(&error.message)),
                    ("status", status.unwrap_or(Value::Absent)),
                ];
                Value::Object(&fields).serialize(serializer)
            }
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, value) in *fields {
                    if !matches!(value, Self::Absent) {
                        map.serialize_entry(*name, value)?;
                    }
                }
                map.end()
            }
        }
    }
}

impl Serialize for FlushReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = [
            ("ok", Value::Flag(self.ok)),
            ("exported", Value::Count(self.exported)),
            ("rejected", Value::Count(self.rejected)),
            ("pending", Value::Count(self.pending)),
            ("spilled", Value::Count(self.spilled)),
            ("dropped", Value::Dropped(&self.dropped)),
            ("attempts", Value::Count(self.attempts.into())),
            ("bytes", Value::Count(self.bytes)),
            ("error", Value::error(self.error.as_ref())),
        ];
        Value::Object(&fields).serialize(serializer)
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
    pub(crate) fn conclude(&mut self, pending: usize) {
        self.pending = float(pending as u64);
        self.ok = pending == 0 && self.rejected == 0.0 && self.dropped.is_empty();
        if self.ok {
            // What went wrong on the way was put right.
            self.error = None;
        }
    }
}

/// What became of one batch, for the loops of `laminar-edge/spill` and for answers that come after a
/// trap.
#[cfg(feature = "js")]
#[derive(Default)]
pub(crate) struct BatchReport {
    pub(crate) settled: Settled,
    pub(crate) in_doubt: bool,
    /// How long a drain should leave the destination alone.
    pub(crate) pause_ms: f64,
    pub(crate) error: Option<FlushError>,
}

#[cfg(feature = "js")]
impl Serialize for BatchReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Settled {
            exported,
            rejected,
            spilled,
            kept,
            dropped,
        } = self.settled;
        let dropped = dropped.into();
        let fields = [
            ("exported", Value::Count(float(exported))),
            ("rejected", Value::Count(float(rejected))),
            ("spilled", Value::Count(float(spilled))),
            ("kept", Value::Count(float(kept))),
            ("dropped", Value::Dropped(&dropped)),
            ("inDoubt", Value::Flag(self.in_doubt)),
            ("pauseMs", Value::Count(self.pause_ms)),
            ("error", Value::error(self.error.as_ref())),
        ];
        Value::Object(&fields).serialize(serializer)
    }
}

/// The ledger of this instance.
#[cfg(feature = "js")]
#[derive(Default)]
struct Ledger(Stats, Dropped);

#[cfg(feature = "js")]
impl Serialize for Ledger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(stats, dropped) = self;
        let fields = [
            ("recorded", Value::Count(float(stats.recorded))),
            ("buffered", Value::Count(float(stats.buffered))),
            ("inFlight", Value::Count(float(stats.in_flight))),
            ("spilled", Value::Count(float(stats.spilled))),
            ("handed", Value::Count(float(stats.handed))),
            ("exported", Value::Count(float(stats.exported))),
            ("rejected", Value::Count(float(stats.rejected))),
            ("dropped", Value::Dropped(dropped)),
            ("redelivered", Value::Count(float(stats.redelivered))),
            ("unconfirmed", Value::Count(float(stats.unconfirmed))),
            ("redacted", Value::Redacted(&stats.redacted)),
        ];
        Value::Object(&fields).serialize(serializer)
    }
}

/// Returns the ledger of this instance as an object.
#[cfg(feature = "js")]
#[wasm_bindgen]
pub fn stats() -> JsValue {
    let ledger = with(None, |state| {
        let dropped = Dropped(state.buffer.root().dropped);
        Some(Ledger(state.buffer.stats(), dropped))
    });
    to_object(&ledger.unwrap_or_default())
}

/// Returns how many spans were lost so far: whoever remembers the number need not ask for the ledger.
#[cfg(feature = "js")]
#[wasm_bindgen]
pub fn losses() -> f64 {
    with(0.0, |state| float(state.buffer.root().dropped.iter().sum()))
}

/// Returns how many values were replaced so far, for the same reason.
#[cfg(feature = "js")]
#[wasm_bindgen]
pub fn replaced() -> f64 {
    with(0.0, |state| {
        float(state.buffer.root().redacted.iter().sum())
    })
}
/// Makes plain objects of maps.
static OBJECTS: serde_wasm_bindgen::Serializer =
    serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);

/// Returns a plain object; nothing here has a form that JavaScript lacks.
pub(crate) fn to_object(value: &impl Serialize) -> JsValue {
    value.serialize(&OBJECTS).unwrap_or_default()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of spans and bytes stay far below 2^53"
)]
pub(crate) fn float(value: u64) -> f64 {
    value as f64
}

/// An address or a length, which has 32 bits in wasm.
pub(crate) fn small(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
