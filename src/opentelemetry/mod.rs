//! A `SpanExporter` for `opentelemetry_sdk`: its spans go to Laminar.
//!
//! ```
//! use laminar_edge::opentelemetry::LaminarExporter;
//! use laminar_edge::program::{Laminar, Options};
//! use opentelemetry::trace::{Tracer, TracerProvider};
//! use opentelemetry_sdk::trace::SdkTracerProvider;
//!
//! let laminar = Laminar::new(Options::new("project key"));
//! let provider = SdkTracerProvider::builder()
//!     .with_simple_exporter(LaminarExporter::new(&laminar))
//!     .build();
//! provider.tracer("agent").in_span("answer", |_context| {});
//! assert_eq!(laminar.stats().recorded, 1);
//! ```
//!
//! The exporter puts spans into the buffer, at once and without I/O, so the simple processor is the right
//! one: batches, retries and limits are the buffer's. [`Laminar::flush`](crate::program::Laminar) sends
//! them; `force_flush` and `shutdown` of the provider do not.
//!
//! Resource and scope are left out: Laminar's server discards them. Laminar draws the tree by the ids of
//! parents.

mod convert;
mod exporter;

pub use exporter::LaminarExporter;
