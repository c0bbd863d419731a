//! The boundary: the only place that knows JavaScript.
//!
//! Everything exported here is called by the hand-written modules in `pkg/`, never by a user, and
//! stands behind their guard: a trap ends in a fresh instance, not in the host program.
//!
//! Every export but `flush` is synchronous, borrows the state once and holds nothing when it
//! returns.

mod adopt;
mod fetch;
mod flush;
mod options;
mod record;
mod report;
mod staging;
mod state;
mod time;
#[cfg(feature = "test-traps")]
mod traps;

pub use adopt::{adopt, adopt_counters, adopt_dropped, clear, reconcile, root};
pub use flush::flush;
pub use options::{configure, destination, CoreOptions};
pub use record::{end_span, lose_span, push_part, push_string};
pub use report::stats;
pub use staging::{reserve, staging};
#[cfg(feature = "test-traps")]
pub use traps::{trap_after_await, trap_now};
