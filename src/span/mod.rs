//! What a span is.

mod data;
mod id;
mod value;

pub use data::{Event, Link, SpanData, SpanKind, Status};
pub use id::{SpanId, TraceId};
pub use value::Value;
