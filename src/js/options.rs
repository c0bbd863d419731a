//! Options come in, as numbers.

use wasm_bindgen::prelude::*;

use crate::js::state::with;
use crate::{Limits, Redelivery};

/// Puts options in force. A number that is none stands for the default; the name of the runtime is the
/// first `runtime_bytes` of the staging text.
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
        let runtime = text(&state.staging.text, 0, runtime_bytes);
        state.buffer.set_limits(limits);
        state.buffer.set_constants(&[
            ("lmnr.span.instrumentation_source", "javascript"),
            ("lmnr.span.sdk_version", env!("CARGO_PKG_VERSION")),
            ("lmnr.span.language_version", runtime),
        ]);
    });
}

/// The number of the destination with this URL and key, which lie one behind the other in the staging
/// text.
#[wasm_bindgen]
pub fn destination(url_bytes: usize, key_bytes: usize) -> usize {
    with(0, |state| {
        let url = text(&state.staging.text, 0, url_bytes);
        let key = text(&state.staging.text, url_bytes, key_bytes);
        state.buffer.destination(url, key).index()
    })
}

/// Empty if it is no text.
fn text(staged: &[u8], at: usize, bytes: usize) -> &str {
    let found = staged.get(at..).and_then(|rest| rest.get(..bytes));
    core::str::from_utf8(found.unwrap_or_default()).unwrap_or_default()
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
