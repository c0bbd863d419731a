//! Where JavaScript finds the staging memory, and how it asks for more of it.

use wasm_bindgen::prelude::*;

use crate::js::state::with;

/// Makes the arrays at least this long, or gives back what an outlier took if all are zero.
#[wasm_bindgen]
pub fn reserve(words: usize, floats: usize, text_bytes: usize) {
    with((), |state| {
        if words + floats + text_bytes == 0 {
            state.staging.rest();
        } else {
            state.staging.enlarge(words, floats, text_bytes);
        }
    });
}

/// Returns the address of the six words that say where the arrays are and how long, `[words, length,
/// floats, length, text, length]`.
#[wasm_bindgen]
pub fn staging() -> usize {
    with(0, |state| state.staging.address())
}
