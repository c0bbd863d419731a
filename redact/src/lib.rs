//! Replaces secrets and personal data in text before it is encoded.
//!
//! One pass over UTF-8: a table of 256 entries says which bytes can be part of something to hide,
//! and the detector of that byte looks at what stands before and after it. There are no regular
//! expressions, because an engine for them weighs more than the rest of this crate.
//!
//! ```
//! use laminar_edge_redact::{Detectors, Redacted, Redactor, Rules};
//!
//! let redactor = Redactor::new(Rules {
//!     detectors: Detectors::SECRETS.with(Detectors::EMAILS),
//!     ..Rules::default()
//! });
//! let mut counts = Redacted::default();
//!
//! let text = br#"{"apiKey":"4xUq","to":"ada@example.com","count":3}"#;
//! let redacted = redactor.redact(text, &mut counts).ok_or("nothing found")?;
//! assert_eq!(
//!     redacted,
//!     br#"{"apiKey":"[REDACTED_SECRET]","to":"[REDACTED_PRIVATE_EMAIL]","count":3}"#,
//! );
//! assert_eq!(counts.total(), 2);
//!
//! assert_eq!(redactor.redact(b"nothing to hide", &mut counts), None);
//! # Ok::<(), &'static str>(())
//! ```

mod bytes;
mod contacts;
mod ends;
mod json;
mod keys;
mod labels;
mod names;
mod numbers;
mod pass;
mod pseudonym;
mod rules;
mod scan;
mod secrets;
mod values;

pub use labels::{Label, Redacted, LABELS};
pub use names::is_secret_name;
pub use pass::Redactor;
pub use rules::{Detectors, Rules};
