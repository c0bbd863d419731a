//! Spans as OTLP protobuf.

pub mod constants;
mod fields;
mod otlp;
pub mod packed;
pub mod protobuf;
mod redaction;
mod request;
mod text;
mod time;

#[cfg(all(feature = "js", target_arch = "wasm32"))]
pub(crate) use fields::keys;
pub(crate) use fields::{close_string, span};
pub(crate) use otlp::{encode_constants, encode_resource, encode_scope, span_bound, write_span};
pub(crate) use redaction::Redaction;
#[cfg(feature = "redact")]
pub(crate) use redaction::Redactors;
pub(crate) use request::{count_spans, middle, next_span, reverse_spans, spans_of, Header};
