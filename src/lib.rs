//! Records spans, keeps them encoded in bounded memory, and hands them out as OTLP requests.
//!
//! This crate is the core of the `laminar-edge` npm package. It knows no clock, no entropy, no
//! network and no JavaScript: the program around it passes ids and times in, takes request bodies
//! out, and says how sending them went.
//!
//! ```text
//!  record            buffer               encode          export              settle
//!  SpanData ──────►  SpanBuffer::push ──► otlp bytes ───► lease() ──► POST ──► settle()
//!  (packed record)   bounded, by chunk    once per span   one body            exported, kept,
//!                                                                             split or dropped
//! ```
//!
//! At all times `recorded = buffered + in flight + spilled + handed + exported + rejected + dropped`;
//! [`Stats`] carries the figures.
//!
//! # Example
//!
//! ```
//! use laminar_edge::{Limits, Outcome, SpanBuffer, SpanData, SpanId, TraceId, Value};
//!
//! let mut buffer = SpanBuffer::new(Limits::default(), &[("service.name", "example")]);
//! let laminar = buffer.destination("https://api.lmnr.ai/v1/traces", "project-key");
//!
//! let mut span = SpanData::new(
//!     TraceId::from_bytes([1; 16]).ok_or("zero")?,
//!     SpanId::from_bytes([2; 8]).ok_or("zero")?,
//!     "answer",
//! );
//! span.start_time_unix_nano = 1_700_000_000_000_000_000;
//! span.end_time_unix_nano = 1_700_000_000_250_000_000;
//! span.attributes.push(("gen_ai.usage.input_tokens".into(), Value::Int(12)));
//! buffer.push(laminar, &span);
//!
//! let horizon = buffer.seal();
//! let lease = buffer.lease(horizon, &[], 0.0, 10_000.0).ok_or("nothing to send")?;
//! // From here on the body may arrive, even if no answer ever comes back.
//! buffer.hand_over(lease.id);
//! let body = buffer.body(lease.id).ok_or("the lease is no longer in force")?;
//! assert!(!body.is_empty()); // POST it as application/x-protobuf, then say how that went.
//! buffer.settle(lease.id, Outcome::Accepted { rejected: 0 });
//! assert_eq!(buffer.stats().exported, 1);
//! # Ok::<(), &'static str>(())
//! ```
//!
//! # Programs
//!
//! With its features the crate also brings a clock, ids and sending:
//!
//! - `tracing`: a layer for `tracing_subscriber`, in the module `tracing`;
//! - `opentelemetry`: a `SpanExporter` for `opentelemetry_sdk`, in the module `opentelemetry`;
//! - `reqwest`: `Laminar::flush` in the module `program`, for programs on tokio;
//! - `worker`: the same for Cloudflare Workers in Rust, by the flush of the npm package;
//! - `redact`: secrets are replaced before a span is encoded, and what else `Options::redaction` names.
//!
//! ```
//! # #[cfg(all(feature = "tracing", feature = "reqwest"))]
//! # async fn program() {
//! use laminar_edge::program::{Laminar, Options};
//! use tracing_subscriber::prelude::*;
//!
//! let laminar = Laminar::new(Options::new("project key"));
//! tracing_subscriber::registry()
//!     .with(laminar_edge::tracing::layer(&laminar))
//!     .init();
//! tracing::info_span!("answer").in_scope(|| { /* work */ });
//! let report = laminar.flush(&reqwest::Client::new()).await;
//! assert!(report.ok, "{report:?}");
//! # }
//! ```
//!
//! In a Worker, `context.wait_until(async move { laminar.flush().await; })` sends after the answer.
//! Whole programs of both kinds are in `examples/rust` of the repository.

// Which rooms a room may import is in `xtask/src/rooms.rs`.
mod buffer;
mod delivery;
mod encode;
mod span;
mod takeover;

pub use buffer::{
    table, Destination, DestinationId, DropReason, Hold, Horizon, Limits, Redelivery, SpanBuffer,
    Stats, Ways,
};
pub use delivery::{
    backoff_ms, classify, judge, partial_success, retry_after_ms, Attempted, Drained, Lease,
    LeaseFor, LeaseId, LeaseRequest, Outcome, Pace, PartialSuccess, Settled, Verdict,
    MAX_RETRY_AFTER_MS, UNAUTHORIZED_HOLD_MS,
};
pub use encode::{constants, packed, protobuf};
#[cfg(feature = "redact")]
pub use laminar_edge_redact as redact;
pub use span::{Event, Link, SpanData, SpanId, SpanKind, Status, TraceId, Value};
pub use takeover::{destinations_in_use, Adopted, AdoptedLease, Counters, DeadMemory};

#[cfg(all(feature = "flush", target_arch = "wasm32"))]
#[doc(hidden)]
pub mod js;
#[cfg(feature = "opentelemetry")]
pub mod opentelemetry;
#[cfg(feature = "program")]
pub mod program;
#[cfg(feature = "tracing")]
pub mod tracing;

#[cfg(all(feature = "program", target_arch = "wasm32", not(feature = "worker")))]
compile_error!("in WebAssembly the features of programs need the feature `worker` as well");

// Smaller than the standard library's; see benches/size.md.
#[cfg(all(feature = "js", target_arch = "wasm32"))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
