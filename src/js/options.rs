//! Options come in, as numbers.

use wasm_bindgen::prelude::*;

use crate::js::state::with;
use crate::js::traps::trap_point;
use crate::{Limits, Redelivery};

/// Puts options in force. A number that is none stands for the default.
#[wasm_bindgen]
pub fn configure(
    max_export_batch_size: f64,
    max_export_batch_size_bytes: f64,
    max_queue_size: f64,
    max_queue_bytes: f64,
    at_most_once: bool,
    runtime: &str,
) {
    trap_point!("configure");
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
        state.buffer.set_limits(limits);
        state.buffer.set_constants(&[
            ("lmnr.span.instrumentation_source", "javascript"),
            ("lmnr.span.sdk_version", env!("CARGO_PKG_VERSION")),
            ("lmnr.span.language_version", runtime),
        ]);
    });
}

/// The number of the destination with this URL and key.
#[wasm_bindgen]
pub fn destination(url: &str, key: &str) -> usize {
    trap_point!("destination");
    with(0, |state| state.buffer.destination(url, key).index())
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
