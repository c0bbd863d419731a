//! What a fresh instance takes over from a dead one.

mod adopt;

pub use adopt::{Adopted, AdoptedLease, Counters};
