//! The wasm boundary, called as JavaScript calls it: in Node and in Chromium.
#![cfg(all(target_family = "wasm", feature = "js"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test that panics has done its work, helpers included"
)]

mod boundary {
    mod large;
    mod lease;
    mod ledger;
    mod options;
    mod record;
    mod record_in;
    mod send;
    mod staging;
    mod stats;
    mod takeover;
}
