//! Encoded spans in bounded memory, and the ledger that accounts for each.
//!
//! A chunk is a request body in the making: spans are written into it backwards, so that each length is
//! known when its header is written, and sealing it puts them in the order in which they ended.

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
