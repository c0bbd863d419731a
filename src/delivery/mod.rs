//! Batches on their way out: who sends which batch, how that went, and what follows from it.
//!
//! A lease is a chunk that somebody is sending. It ends early only if it is overdue and its holder was
//! silent between two looks, so a clock that jumps takes no batch from a living request.

mod coalesce;
mod expiry;
mod json;
mod lease;
mod outcome;
mod response;
mod retry;
mod retry_after;
mod settle;
mod spill;
mod split;
mod tail;

pub use lease::{Lease, LeaseFor, LeaseId, LeaseRequest};
pub use outcome::{classify, Outcome, Settled};
#[cfg(feature = "flush")]
pub(crate) use response::lossy;
pub use response::{partial_success, PartialSuccess};
pub use retry::{backoff_ms, judge, Attempted, Pace, Verdict, UNAUTHORIZED_HOLD_MS};
pub use retry_after::{retry_after_ms, MAX_RETRY_AFTER_MS};
pub use spill::Drained;
