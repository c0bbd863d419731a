//! The boundary: the only place that knows JavaScript.
//!
//! Everything exported here is called by the hand-written modules in `pkg/`, never by a user, and
//! stands behind their guard: a trap ends in a fresh instance, not in the host program.
//!
//! Every export but `flush` is synchronous, borrows the state once and holds nothing when it
//! returns.

mod adopt;
mod answer;
mod attempt;
mod expiry;
mod flush;
mod lanes;
mod options;
mod orphan;
mod plain;
mod record;
mod report;
mod spill;
mod staging;
mod state;
mod time;
mod transport;
mod traps;

pub use adopt::{adopt, adopt_counters, adopt_dropped, clear, reconcile, root};
pub use flush::flush;
pub use options::{configure, destination, CoreOptions};
pub use orphan::settle_orphan;
pub use plain::Plain;
pub use record::{end_span, lose_span, push_part, push_string};
pub use report::stats;
pub use spill::{
    drain_hand_over, drain_settle, halve_body, horizon, spill_beat, spill_lease, spill_settle,
};
pub use staging::{reserve, staging};
pub use transport::{Answer, Prepared, Said, Transport};
#[cfg(feature = "test-traps")]
pub use traps::armed::trap_now;
