//! The boundary: the only place that knows JavaScript.
//!
//! Everything exported here is called by the hand-written modules in `pkg/`, never by a user, and
//! stands behind their guard: a trap ends in a fresh instance, not in the host program.
//!
//! Spans come in as numbers, with their strings in memory that both sides know: `record` and
//! `staging` are called without wasm-bindgen's glue. Everything else is called seldom and uses what
//! wasm-bindgen offers. Every export but `flush` borrows the state once and holds nothing when it
//! returns; `flush` borrows it between awaits only.
//!
//! # What surrounds a flush
//!
//! A trap interrupts every future of its instance. Four parts in JavaScript keep the promises of
//! `flush()`:
//!
//! - The fence (`core/instance.js`) stands around each call into wasm and each closure that wasm makes. A
//!   trap ends there, and a closure of a dead instance does nothing.
//! - The guard (`delivery/guard.js`) settles the promise at its deadline, even if the future is stuck.
//! - The rescue (`delivery/rescue.js`) settles an answer that arrives after its instance has trapped in the
//!   next instance, so that no answered batch is sent twice.
//! - The register (`flushes` in `core/instance.js`) knows when each flush must be over. What is overdue
//!   belongs to a killed request; after 64 of them a fresh instance takes over, and their futures go with
//!   the old one.
//!
//! A flush awaits only promises that were made in its own call, because a Worker's request must not wait
//! for another request's I/O.

// What only the npm package calls stands behind `js`: a Worker in Rust would export it to its callers.
#[cfg(feature = "js")]
mod adopt;
mod answer;
#[cfg(feature = "js")]
mod drain;
mod expiry;
mod flush;
mod lane;
#[cfg(feature = "js")]
mod options;
#[cfg(feature = "js")]
mod record;
#[cfg(feature = "js")]
mod redact;
mod report;
#[cfg(feature = "js")]
mod rescue;
#[cfg(feature = "js")]
mod shared_memory;
#[cfg(feature = "js")]
mod signal;
#[cfg(feature = "js")]
mod staging;
pub(crate) mod state;
#[cfg(feature = "js")]
mod store;
#[cfg(feature = "js")]
mod tail;
mod time;
mod transport;
mod traps;

#[cfg(feature = "js")]
pub use adopt::{adopt_chunks, adopt_counters, destinations_in_use, reconcile, root, DeadInstance};
#[cfg(feature = "js")]
pub use drain::{drain_answered, drain_hand_over, halve_body};
pub use flush::{flush, FlushOptions};
#[cfg(feature = "js")]
pub use options::{configure, destination, request_bytes, CoreOptions};
#[cfg(feature = "js")]
pub use record::{end_span, lose_span, push_part, push_redacted, push_string};
#[cfg(feature = "js")]
pub use redact::{redact_text, set_redaction};
#[cfg(feature = "js")]
pub use report::{losses, replaced, stats};
#[cfg(feature = "js")]
pub use rescue::settle_late;
#[cfg(feature = "js")]
pub use shared_memory::{reserve, staging};
#[cfg(feature = "js")]
pub use signal::__instance_signal;
#[cfg(feature = "js")]
pub use store::{clear, horizon, store_beat, store_lease, store_settle};
#[cfg(feature = "js")]
pub use tail::receive;
#[cfg(feature = "js")]
pub use transport::drain_request;
pub use transport::{Target, Transport};
#[cfg(feature = "test-traps")]
pub use traps::armed::trap_now;
