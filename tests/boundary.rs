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
    mod answers;
    mod body;
    mod drain;
    mod failures;
    mod fake_fetch;
    mod flush;
    mod large;
    mod late;
    mod ledger;
    mod options;
    mod record;
    mod record_in;
    mod report;
    mod staging;
    mod stats;
    mod store;
    mod takeover;
    mod transport;
    mod waiting;
}
