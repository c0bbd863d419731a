//! A layer for `tracing_subscriber`: spans and events of `tracing` become Laminar's.
//!
//! ```
//! use laminar_edge::program::{Laminar, Options};
//! use tracing::{info, info_span};
//! use tracing_subscriber::prelude::*;
//!
//! let laminar = Laminar::new(Options::new("project key"));
//! let subscriber = tracing_subscriber::registry().with(laminar_edge::tracing::layer(&laminar));
//! tracing::subscriber::with_default(subscriber, || {
//!     let span = info_span!("answer", lmnr.span.input = "What is a span?");
//!     span.in_scope(|| info!("thinking"));
//! });
//! assert_eq!(laminar.stats().recorded, 1);
//! ```
//!
//! # How spans and events are converted
//!
//! - A span of `tracing` is a span of Laminar from its creation to its close. Its fields are attributes,
//!   under their own names: `lmnr.span.type = "LLM"`, `gen_ai.request.model = model`. Input and output are
//!   the texts in `lmnr.span.input` and `lmnr.span.output`; a field that is known later is declared as
//!   [`field::Empty`](tracing_core::field::Empty) and recorded then.
//! - `otel.name`, `otel.kind`, `otel.status_code` and `otel.status_description` are what they are to
//!   tracing-opentelemetry: name, kind and status of the span.
//! - An event inside a span is an event of it. One of the level `ERROR`, as `#[instrument(err)]` makes it,
//!   is an `exception`, by which Laminar knows a failed span. An event outside of any span is left out.
//! - `follows_from` is a link.
//!
//! At most 128 events and 128 links of a span are kept; the others are counted in it. A filter keeps out what should not
//! be sent: `layer(&laminar).with_filter(LevelFilter::INFO)`.

mod fields;
mod host;
mod layer;

pub use layer::{layer, LaminarLayer};
