//! What a span gets to hold: attributes, usage, errors.

mod attributes;
mod fault;
mod names;
mod usage;

pub(crate) use attributes::Attributes;
pub use attributes::Value;
pub use fault::Fault;
pub(crate) use fault::{fault_in, fault_of_status};
pub(crate) use names::{known_system, provider_name, request_parameters, system_of};
pub(crate) use usage::Usage;
