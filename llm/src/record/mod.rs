//! What a span gets to hold: attributes, usage, errors.

mod attributes;
mod fault;
mod names;
mod usage;

pub(crate) use attributes::Attributes;
pub(crate) use fault::{fault_of_status, read_fault, Fault};
pub(crate) use names::{known_system, provider_name, request_parameters};
pub(crate) use usage::Usage;
