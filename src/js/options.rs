//! Options come in, one typed getter each: a tenth of what a deserialiser of serde's weighs, see
//! benches/size.md.

use wasm_bindgen::prelude::*;

use crate::encode::constants::{BY_NETWORK, BY_TAIL};
use crate::js::state::with;
use crate::{Limits, Redelivery, Ways};

#[wasm_bindgen]
extern "C" {
    /// What `pkg/lib/options/options.js` made of the user's options: a plain object of checked values. A
    /// limit that is undefined becomes NaN on its way.
    pub type CoreOptions;

    #[wasm_bindgen(method, getter, js_name = maxExportBatchSize)]
    fn max_export_batch_size(this: &CoreOptions) -> f64;
    #[wasm_bindgen(method, getter, js_name = maxExportBatchSizeBytes)]
    fn max_export_batch_size_bytes(this: &CoreOptions) -> f64;
    #[wasm_bindgen(method, getter, js_name = maxQueueBytes)]
    fn max_queue_bytes(this: &CoreOptions) -> f64;
    #[wasm_bindgen(method, getter, js_name = maxQueueSize)]
    fn max_queue_size(this: &CoreOptions) -> f64;
    #[wasm_bindgen(method, getter)]
    fn redelivery(this: &CoreOptions) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn runtime(this: &CoreOptions) -> JsValue;
}

/// Puts options in force. Where one is undefined the default holds.
#[wasm_bindgen]
pub fn configure(options: &CoreOptions) {
    let defaults = Limits::default();
    let is_at_most_once = options.redelivery().as_string().as_deref() == Some("at-most-once");
    let limits = Limits {
        max_export_batch_size: whole(
            options.max_export_batch_size(),
            defaults.max_export_batch_size,
        ),
        max_export_batch_size_bytes: whole(
            options.max_export_batch_size_bytes(),
            defaults.max_export_batch_size_bytes,
        ),
        max_queue_bytes: whole(options.max_queue_bytes(), defaults.max_queue_bytes),
        max_queue_size: whole(options.max_queue_size(), defaults.max_queue_size),
        redelivery: if is_at_most_once {
            Redelivery::AtMostOnce
        } else {
            Redelivery::AtLeastOnce
        },
    };
    let runtime = options.runtime().as_string().unwrap_or_default();
    with((), |state| {
        state.buffer.set_limits(limits);
        state.buffer.set_constants(&[
            ("lmnr.span.instrumentation_source", "javascript"),
            ("lmnr.span.sdk_version", env!("CARGO_PKG_VERSION")),
            ("lmnr.span.language_version", &runtime),
        ]);
    });
}

/// Returns how many bytes a request may have, once the limits are brought into agreement. What is longer
/// JavaScript cuts.
#[wasm_bindgen]
pub fn request_bytes() -> usize {
    with(0, |state| state.buffer.limits().max_export_batch_size_bytes)
}

/// Adds a destination that spans reach by these ways, bits of `constants`. Returns its number; JavaScript
/// keeps its URL and key.
#[wasm_bindgen]
pub fn destination(ways: u32) -> usize {
    with(0, |state| {
        let id = state.buffer.new_destination();
        let ways = Ways {
            network: ways & BY_NETWORK != 0,
            tail: ways & BY_TAIL != 0,
        };
        state.buffer.set_ways(id, ways);
        id.index()
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate, and Limits clamps"
)]
#[inline(never)]
fn whole(value: f64, default: usize) -> usize {
    if value.is_nan() {
        default
    } else {
        value as usize
    }
}
