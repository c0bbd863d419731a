//! What a fresh instance takes over from a dead one.

mod adopt;
mod dead_instance;

pub use adopt::{Adopted, AdoptedLease, Counters};
pub use dead_instance::{destinations_in_use, DeadMemory};
