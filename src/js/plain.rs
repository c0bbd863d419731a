//! Plain JavaScript objects going out, field by field: a tenth of what a serialiser weighs.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A plain object.
    #[wasm_bindgen(js_name = Object)]
    pub type Plain;

    #[wasm_bindgen(constructor, js_class = "Object")]
    pub(crate) fn new() -> Plain;

    #[wasm_bindgen(method, indexing_setter)]
    fn set_number(this: &Plain, key: &str, value: f64);
    #[wasm_bindgen(method, indexing_setter)]
    fn set_text(this: &Plain, key: &str, value: &str);
    #[wasm_bindgen(method, indexing_setter)]
    fn set_flag(this: &Plain, key: &str, value: bool);
    #[wasm_bindgen(method, indexing_setter)]
    fn set_object(this: &Plain, key: &str, value: &Plain);
}

impl Plain {
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of spans and bytes stay far below 2^53"
    )]
    pub(crate) fn number(&self, key: &str, value: u64) {
        self.set_number(key, value as f64);
    }

    pub(crate) fn text(&self, key: &str, value: &str) {
        self.set_text(key, value);
    }

    pub(crate) fn flag(&self, key: &str, value: bool) {
        self.set_flag(key, value);
    }

    pub(crate) fn object(&self, key: &str, value: &Self) {
        self.set_object(key, value);
    }
}
