//! Records spans as `pkg/lib/record/pack.js` does: through views of wasm memory and the module's
//! raw exports, as numbers.

use js_sys::{Array, Float64Array, Function, JsString, Uint32Array, Uint8Array, WebAssembly};
use laminar_edge::js;
use laminar_edge::packed::kind;
use wasm_bindgen::prelude::*;

use super::ledger::get;
use super::transport::destination_at;

pub(crate) const KEPT: f64 = 0.0;
pub(crate) const DROPPED: f64 = 1.0;
pub(crate) const PACK_AGAIN: f64 = 2.0;
pub(crate) const FULL: f64 = 3.0;

/// Returns a destination that no other test uses.
pub(crate) fn destination() -> usize {
    destination_at("https://test.example/v1/traces", "key")
}

/// Ends a span without attributes.
pub(crate) fn end(destination: usize, name: &str) -> f64 {
    Record::of(name).end(destination)
}

/// Calls an export of the module itself, without glue.
pub(crate) fn raw(name: &str, arguments: &[usize]) -> f64 {
    let export: Function = get(&wasm_bindgen::exports(), name).unchecked_into();
    let arguments: Array = arguments.iter().map(|n| JsValue::from(*n as f64)).collect();
    let returned = export.apply(&JsValue::UNDEFINED, &arguments).unwrap();
    returned.as_f64().unwrap_or(f64::NAN)
}

fn memory() -> JsValue {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    memory.buffer()
}

/// Returns the addresses and lengths of the arrays.
pub(crate) fn places() -> Vec<u32> {
    let at = u32::try_from(js::staging()).unwrap();
    Uint32Array::new_with_byte_offset_and_length(&memory(), at, 6).to_vec()
}

/// Views of the staging memory.
pub(crate) struct Staging {
    pub(crate) words: Uint32Array,
    pub(crate) floats: Float64Array,
    pub(crate) text: Uint8Array,
}

impl Staging {
    pub(crate) fn now() -> Self {
        let (buffer, places) = (memory(), places());
        Self {
            words: Uint32Array::new_with_byte_offset_and_length(&buffer, places[0], places[1]),
            floats: Float64Array::new_with_byte_offset_and_length(&buffer, places[2], places[3]),
            text: Uint8Array::new_with_byte_offset_and_length(&buffer, places[4], places[5]),
        }
    }

    pub(crate) fn put_text(&self, bytes: &[u8]) {
        let len = u32::try_from(bytes.len()).unwrap();
        self.text.subarray(0, len).copy_from(bytes);
    }
}

/// A packed record with string attributes.
pub(crate) struct Record {
    name: Vec<u16>,
    attributes: Vec<(Vec<u16>, Vec<u16>)>,
}

impl Record {
    pub(crate) fn of(name: &str) -> Self {
        Self {
            name: name.encode_utf16().collect(),
            attributes: Vec::new(),
        }
    }

    pub(crate) fn with(self, key: &str, value: &str) -> Self {
        let key: Vec<u16> = key.encode_utf16().collect();
        let value: Vec<u16> = value.encode_utf16().collect();
        self.with_units(&key, &value)
    }

    /// Adds a string that may have lone surrogates, as JavaScript's may.
    pub(crate) fn with_units(mut self, key: &[u16], value: &[u16]) -> Self {
        self.attributes.push((key.to_vec(), value.to_vec()));
        self
    }

    /// Fills the staging memory and calls `end_span` with the lengths.
    pub(crate) fn end(&self, destination: usize) -> f64 {
        let units = |text: &[u16]| u32::try_from(text.len()).unwrap();
        let mut text = self.name.clone();
        let mut words = vec![0x0102_0304, 5, 6, 7, 8, 9, 0, 0, 250_000, 500_000, 1];
        words.extend([units(&self.name), 0]);
        for (key, value) in &self.attributes {
            text.extend(key);
            text.extend(value);
            words.extend([units(key), units(value) << 4 | kind::STRING]);
        }
        let count = u32::try_from(self.attributes.len()).unwrap();
        words.extend([count, 0, 0, 0, 0, 0, 0, 0]);
        let floats = [1_700_000_000_000.0, 1_700_000_000_250.0];

        let joined = JsString::from_char_code(&text);
        let utf8 = encode(&joined);
        js::reserve(words.len(), floats.len(), utf8.len());
        let staging = Staging::now();
        let len = u32::try_from(words.len()).unwrap();
        staging.words.subarray(0, len).copy_from(&words);
        staging.floats.subarray(0, 2).copy_from(&floats);
        staging.put_text(&utf8);
        raw(
            "end_span",
            &[
                destination,
                words.len(),
                floats.len(),
                utf8.len(),
                text.len(),
            ],
        )
    }
}

/// Encodes with the engine's own encoder, which replaces lone surrogates.
fn encode(text: &JsString) -> Vec<u8> {
    let encoder: Function = get(&js_sys::global(), "TextEncoder").unchecked_into();
    let encoder = js_sys::Reflect::construct(&encoder, &Array::new()).unwrap();
    let encode: Function = get(&encoder, "encode").unchecked_into();
    let bytes = encode.call1(&encoder, text).unwrap();
    bytes.unchecked_into::<Uint8Array>().to_vec()
}
