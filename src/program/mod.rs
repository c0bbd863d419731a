//! What a program in Rust holds: where its spans go, and how they are sent.
//!
//! [`Laminar`] keeps the spans that the layer of the feature `tracing` or the exporter of the feature
//! `opentelemetry` records, until its `flush` sends them: with reqwest (feature `reqwest`), or in a
//! Cloudflare Worker with the runtime's `fetch` (feature `worker`), by the same future as the npm package.
//!
//! ```
//! use laminar_edge::program::{Laminar, Options};
//!
//! let laminar = Laminar::new(Options::new("project key").base_url("http://127.0.0.1:8000"));
//! assert_eq!(laminar.stats().recorded, 0);
//! ```

mod laminar;
mod options;
mod report;
mod store;

#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
mod clock;
#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
mod send_reqwest;
#[cfg(all(feature = "worker", target_arch = "wasm32"))]
mod send_worker;
#[cfg(all(feature = "worker", target_arch = "wasm32"))]
mod transport;

pub use laminar::Laminar;
pub use options::Options;
pub use report::{FlushError, FlushReport};
