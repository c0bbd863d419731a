//! The boundary: the only place that knows JavaScript.
//!
//! Everything exported here is called by the hand-written modules in `pkg/`, never by a user, and
//! stands behind their guard: a trap ends in a fresh instance, not in the host program.
//!
//! Spans come in as numbers, with their strings in memory that both sides know: `record` and
//! `staging` are called without wasm-bindgen's glue. Everything else is called seldom and uses what
//! wasm-bindgen offers. Every export but `flush` borrows the state once and holds nothing when it
//! returns; `flush` borrows it between awaits only.

mod adopt;
mod answer;
mod drain;
mod expiry;
mod flush;
mod lane;
mod options;
mod record;
mod report;
mod rescue;
mod shared_memory;
mod signal;
mod staging;
mod state;
mod store;
mod tail;
mod time;
mod transport;
mod traps;

pub use adopt::{adopt_chunks, adopt_counters, reconcile, root, DeadInstance};
pub use drain::{drain_answered, drain_failed, drain_hand_over, halve_body, DrainItem};
pub use flush::{flush, FlushOptions};
pub use options::{configure, destination, CoreOptions};
pub use record::{end_span, lose_span, push_part, push_string};
pub use report::{losses, stats};
pub use rescue::settle_late;
pub use shared_memory::{reserve, staging};
pub use signal::__instance_signal;
pub use store::{clear, horizon, store_beat, store_lease, store_settle};
pub use tail::receive;
pub use transport::{drain_request, Target, Transport};
#[cfg(feature = "test-traps")]
pub use traps::armed::trap_now;
