//! Encoded spans in bounded memory, and the ledger that accounts for each.

mod chunks;
mod cooldown;
mod destinations;
mod grow;
mod ledger;
mod limits;
mod push;
mod span_buffer;
pub mod table;

pub(crate) use chunks::zeroed;
pub use destinations::{Destination, DestinationId, Hold, Ways};
pub use ledger::{DropReason, Stats};
pub use limits::{Limits, Redelivery};
pub use span_buffer::{Horizon, SpanBuffer};
