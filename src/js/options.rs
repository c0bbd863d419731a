//! Options come in, as numbers.

use wasm_bindgen::prelude::*;

use crate::js::state::with;
use crate::{Limits, Redelivery};

/// Puts options in force. A number that is none stands for the default; the name of the runtime, in
/// ASCII, is the first `runtime_bytes` of the staging text.
#[wasm_bindgen]
pub fn configure(
    max_export_batch_size: f64,
    max_export_batch_size_bytes: f64,
    max_queue_size: f64,
    max_queue_bytes: f64,
    at_most_once: bool,
    runtime_bytes: usize,
) {
    let defaults = Limits::default();
    let limits = Limits {
        max_export_batch_size: whole(max_export_batch_size, defaults.max_export_batch_size),
        max_export_batch_size_bytes: whole(
            max_export_batch_size_bytes,
            defaults.max_export_batch_size_bytes,
        ),
        max_queue_bytes: whole(max_queue_bytes, defaults.max_queue_bytes),
        max_queue_size: whole(max_queue_size, defaults.max_queue_size),
        redelivery: if at_most_once {
            Redelivery::AtMostOnce
        } else {
            Redelivery::AtLeastOnce
        },
    };
    with((), |state| {
        let staged = state.staging.text.get(..runtime_bytes);
        // Checking UTF-8 would weigh 300 bytes for a name that is ASCII.
        let letters = staged.unwrap_or_default().iter();
        let runtime: String = letters.copied().map(char::from).collect();
        state.buffer.set_limits(limits);
        state.buffer.set_constants(&[
            ("lmnr.span.instrumentation_source", "javascript"),
            ("lmnr.span.sdk_version", env!("CARGO_PKG_VERSION")),
            ("lmnr.span.language_version", &runtime),
        ]);
    });
}

/// The number of one more destination. What it is, JavaScript knows.
#[wasm_bindgen]
pub fn destination() -> usize {
    with(0, |state| state.buffer.new_destination().index())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate, and Limits clamps"
)]
fn whole(value: f64, default: usize) -> usize {
    if value.is_finite() {
        value as usize
    } else {
        default
    }
}
