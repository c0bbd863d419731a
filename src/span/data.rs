//! A finished span as a Rust program hands it over.
//!
//! Spans from JavaScript arrive as packed records instead.

use crate::span::id::{SpanId, TraceId};
use crate::span::value::Value;

/// A span that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct SpanData {
    /// The trace this span belongs to.
    pub trace_id: TraceId,
    /// The span's own id.
    pub span_id: SpanId,
    /// The parent's id; `None` makes this a root.
    pub parent_span_id: Option<SpanId>,
    /// What was done.
    pub name: String,
    /// Which side of a call this span describes.
    pub kind: SpanKind,
    /// When it began, in nanoseconds since 1970.
    pub start_time_unix_nano: u64,
    /// When it ended, in nanoseconds since 1970.
    pub end_time_unix_nano: u64,
    /// Attributes, in the order they go on the wire.
    pub attributes: Vec<(String, Value)>,
    /// Attributes that a limit kept out.
    pub dropped_attributes_count: u32,
    /// Events; one named `exception` marks the span as failed in Laminar.
    pub events: Vec<Event>,
    /// Events that a limit kept out.
    pub dropped_events_count: u32,
    /// Links to spans of this or other traces.
    pub links: Vec<Link>,
    /// Links that a limit kept out.
    pub dropped_links_count: u32,
    /// How it ended.
    pub status: Status,
    /// True when the parent lives in another process.
    pub parent_is_remote: bool,
}

impl SpanData {
    /// Creates a root span with nothing but its name.
    pub fn new(trace_id: TraceId, span_id: SpanId, name: impl Into<String>) -> Self {
        Self {
            trace_id,
            span_id,
            parent_span_id: None,
            name: name.into(),
            kind: SpanKind::Internal,
            start_time_unix_nano: 0,
            end_time_unix_nano: 0,
            attributes: Vec::new(),
            dropped_attributes_count: 0,
            events: Vec::new(),
            dropped_events_count: 0,
            links: Vec::new(),
            dropped_links_count: 0,
            status: Status::Unset,
            parent_is_remote: false,
        }
    }
}

/// OTLP's `SpanKind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SpanKind {
    /// Work inside the program.
    Internal = 1,
    /// Answers a request.
    Server = 2,
    /// Makes a request.
    Client = 3,
    /// Puts a message.
    Producer = 4,
    /// Takes a message.
    Consumer = 5,
}

/// OTLP's `Status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing was said.
    Unset,
    /// Said to have gone well.
    Ok,
    /// Failed, with a message that may be empty.
    Error(String),
}

/// Something that happened while the span was open.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When, in nanoseconds since 1970.
    pub time_unix_nano: u64,
    /// What.
    pub name: String,
    /// More about it.
    pub attributes: Vec<(String, Value)>,
}

/// A reference to another span.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The other span's trace.
    pub trace_id: TraceId,
    /// The other span.
    pub span_id: SpanId,
    /// What the relation is.
    pub attributes: Vec<(String, Value)>,
}
