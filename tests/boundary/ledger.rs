//! The ledger of `stats()` and its changes, because all tests of a run share one instance.

use std::collections::BTreeMap;

use js_sys::{Object, Reflect};
use laminar_edge::js;
use wasm_bindgen::prelude::*;

use super::fake_fetch;

/// The ledger at one moment.
pub(crate) struct Ledger(BTreeMap<String, f64>);

impl Ledger {
    pub(crate) fn now() -> Self {
        let mut figures = BTreeMap::new();
        for (name, value) in entries(&js::stats()) {
            if value.is_object() {
                // By reason or by label.
                let parts = entries(&value);
                figures.extend(
                    parts.map(|(part, count)| (format!("{name}.{part}"), count.as_f64().unwrap())),
                );
            } else {
                figures.insert(name, value.as_f64().unwrap());
            }
        }
        let ledger = Self(figures);
        assert!(ledger.is_balanced(), "{:?}", ledger.0);
        ledger
    }

    pub(crate) fn get(&self, figure: &str) -> f64 {
        self.0.get(figure).copied().unwrap_or(0.0)
    }

    /// Returns all figures that are not zero.
    pub(crate) fn figures(&self) -> Vec<(&str, f64)> {
        let figures = self.0.iter().map(|(name, figure)| (name.as_str(), *figure));
        figures.filter(|(_, figure)| *figure != 0.0).collect()
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
        let accounted = [
            "buffered", "inFlight", "spilled", "handed", "exported", "rejected",
        ]
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

/// Resets options, `fetch` and the buffer, and returns the ledger.
pub(crate) fn fresh() -> Ledger {
    fake_fetch::restore();
    configure(&[]);
    js::clear();
    js::reserve(0, 0, 0);
    Ledger::now()
}

/// Calls `configure` with a plain object of these properties.
pub(crate) fn configure(properties: &[(&str, JsValue)]) {
    js::configure(object(properties).unchecked_ref());
}

/// Returns a plain object of these properties.
pub(crate) fn object(properties: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        set(&object, name, value);
    }
    object
}

pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    assert!(Reflect::set(object, &name.into(), value).unwrap());
}

/// Returns the own enumerable properties.
pub(crate) fn entries(object: &JsValue) -> impl Iterator<Item = (String, JsValue)> {
    let object: &Object = object.unchecked_ref();
    Object::keys(object)
        .iter()
        .map(|name| {
            (
                name.as_string().unwrap(),
                Reflect::get(object, &name).unwrap(),
            )
        })
        .collect::<Vec<_>>()
        .into_iter()
}

/// Asserts that this is no Map and no class instance, so that it survives `JSON.stringify` and
/// `structuredClone`.
#[track_caller]
pub(crate) fn assert_plain(value: &JsValue) {
    let prototype = Object::get_prototype_of(value);
    let expected = Object::get_prototype_of(&Object::new());
    assert!(Object::is(&prototype, &expected), "{value:?}");
}

/// Asserts that this is a plain object with these properties, in this order.
#[track_caller]
pub(crate) fn assert_names(value: &JsValue, expected: &[&str]) {
    assert_plain(value);
    let names: Vec<String> = entries(value).map(|(name, _)| name).collect();
    assert_eq!(names, expected);
}
