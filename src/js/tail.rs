//! Batches that come to a Tail Worker; `store.rs` has their way there.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::js::report::float;
use crate::js::state::with;

/// Takes the spans of a body that another isolate has published as if they had ended here. Returns how
/// many they are: none, and nothing is counted, if it is no body of ours.
#[wasm_bindgen]
pub fn receive(destination: usize, body: &Uint8Array) -> f64 {
    let body = body.to_vec();
    with(0.0, |state| {
        let buffer = &mut state.buffer;
        let id = buffer.destination_at(destination);
        float(id.and_then(|id| buffer.receive(id, &body)).unwrap_or(0))
    })
}
