//! The wire formats: what a request holds, and what its answer becomes.

mod answer;
mod chat;
mod clean;
mod parts;
mod request;

pub(crate) use answer::{Answer, Dialect};
pub(crate) use request::{read_request, Asked};
