//! The wire formats: what a request holds, and what its answer becomes.

mod answer;
mod anthropic;
mod chat;
mod converse;
mod gemini;
mod messages;
mod request;
mod responses;

pub(crate) use answer::{Answer, Dialect};
pub(crate) use request::{read_request, Asked};
