//! The boundary: the only place that knows JavaScript.
//!
//! Everything exported here is called by the hand-written modules in `pkg/`, never by a user, and
//! stands behind their guard: a trap ends in a fresh instance, not in the host program.
//!
//! Every export is synchronous, takes numbers and gives at most one, borrows the state once and holds
//! nothing when it returns. Strings and lists lie in memory that both sides know, see `staging.rs`, so
//! the exports are called as they are, without the glue that wasm-bindgen writes. Nothing of
//! JavaScript's is imported: what waits, sends and tells the time is JavaScript, and a trap
//! interrupts none of it.

mod adopt;
mod drain;
mod expiry;
mod lease;
mod options;
mod record;
mod staging;
mod state;
mod stats;
#[cfg(feature = "test-traps")]
mod traps;
mod verdict;

pub use adopt::{adopt, adopt_counters, adopt_dropped, clear, reconcile, root};
pub use drain::{drain_hand_over, drain_settle, halve_body};
pub use expiry::expire;
pub use lease::{backoff, beat, hand_over, horizon, lease, remaining, settle};
pub use options::{configure, destination};
pub use record::{end_span, lose_span, push_part, push_string};
pub use staging::{reserve, staging};
pub use stats::stats;
#[cfg(feature = "test-traps")]
pub use traps::trap_now;
