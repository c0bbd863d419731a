//! Replaces secrets and personal data in text before it is encoded.
//!
//! One pass over UTF-8: a table of 256 entries says which bytes can be part of something to hide,
//! and the detector of that byte looks at what stands before and after it. There are no regular
//! expressions, because an engine for them weighs more than the rest of this crate.

mod contacts;
mod names;
mod numbers;
mod pass;
mod pseudonym;
mod rules;
mod secrets;
mod text;

pub use names::is_secret_name;
pub use pass::{Label, Redacted, Redactor, LABELS};
pub use rules::{Detectors, Rules};
