//! What `stats()` says, and what changed in it: all tests of a run share one instance.

use std::collections::BTreeMap;

use js_sys::Reflect;
use laminar_edge::{js, DropReason};
use wasm_bindgen::prelude::*;

use super::record_in::{answers, Staging};

/// One reading of the ledger.
pub(crate) struct Ledger(BTreeMap<String, f64>);

/// The order in which `stats` gives its figures; the losses follow.
pub(crate) const FIGURES: [&str; 8] = [
    "recorded",
    "buffered",
    "inFlight",
    "spilled",
    "exported",
    "rejected",
    "redelivered",
    "unconfirmed",
];

impl Ledger {
    pub(crate) fn now() -> Self {
        let reasons = DropReason::ALL.map(|reason| format!("dropped.{}", reason.name()));
        let names = FIGURES.iter().map(|name| (*name).to_owned()).chain(reasons);
        let ledger = Self(names.zip(answers(js::stats())).collect());
        assert!(ledger.is_balanced(), "{:?}", ledger.0);
        ledger
    }

    pub(crate) fn get(&self, figure: &str) -> f64 {
        self.0.get(figure).copied().unwrap_or(0.0)
    }

    /// Asserts that these figures grew or shrank by this much, and that no other moved.
    #[track_caller]
    pub(crate) fn assert_since(&self, expected: &[(&str, f64)]) {
        let now = Self::now();
        let changes: BTreeMap<&str, f64> = now
            .0
            .keys()
            .map(|figure| (figure.as_str(), now.get(figure) - self.get(figure)))
            .filter(|(_, change)| *change != 0.0)
            .collect();
        assert_eq!(changes, expected.iter().copied().collect());
    }

    fn is_balanced(&self) -> bool {
        let accounted = ["buffered", "inFlight", "spilled", "exported", "rejected"]
            .map(|figure| self.get(figure))
            .into_iter()
            .sum::<f64>();
        let dropped: f64 = self
            .0
            .iter()
            .filter(|(figure, _)| figure.starts_with("dropped."))
            .map(|(_, count)| count)
            .sum();
        accounted + dropped == self.get("recorded")
    }
}

/// Default options, nothing buffered, and the ledger as it is then.
pub(crate) fn fresh() -> Ledger {
    configure(f64::NAN, f64::NAN, f64::NAN);
    js::clear();
    js::reserve(0, 0, 0);
    Ledger::now()
}

/// `configure` with these limits.
pub(crate) fn configure(batch_size: f64, batch_bytes: f64, queue_size: f64) {
    let runtime = "test";
    Staging::now().put_text(runtime.as_bytes());
    js::configure(
        batch_size,
        batch_bytes,
        queue_size,
        f64::NAN,
        false,
        runtime.len(),
    );
}

pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}
