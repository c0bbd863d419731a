//! Generates any span.

use laminar_edge::{Event, Link, SpanData, SpanId, SpanKind, Status, TraceId, Value};
use proptest::collection::vec;
use proptest::prelude::*;

type Attributes = Vec<(String, Value)>;

/// Generates text of every script, also empty, and often plain ASCII.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        vec(any::<char>(), 0..12).prop_map(|chars| chars.into_iter().collect()),
        "[aé日🙂]{0,6}",
    ]
}

pub(crate) fn trace_id() -> impl Strategy<Value = TraceId> {
    any::<[u8; 16]>().prop_filter_map("zero", TraceId::from_bytes)
}

pub(crate) fn span_id() -> impl Strategy<Value = SpanId> {
    any::<[u8; 8]>().prop_filter_map("zero", SpanId::from_bytes)
}

/// Generates a value that is no list.
fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::String),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<i32>().prop_map(|number| Value::Int(number.into())),
        prop::sample::select(vec![i64::MIN, i64::MAX, -1, 0, 1 << 31, -(1 << 31) - 1])
            .prop_map(Value::Int),
        any::<u64>().prop_map(|bits| Value::Double(f64::from_bits(bits))),
        prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 0.0])
            .prop_map(Value::Double),
        vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
    ]
}

/// Generates a value that JavaScript can send.
fn flat() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => scalar(),
        1 => vec(scalar(), 0..5).prop_map(Value::Array),
    ]
}

/// Generates any value, also lists in lists.
fn nested() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            vec((text(), inner), 0..4).prop_map(Value::KvList),
        ]
    })
}

/// Generates a span whose attributes can be packed.
pub(crate) fn packable() -> impl Strategy<Value = SpanData> {
    span_of(vec((text(), flat()), 0..5).boxed())
}

/// Generates a span with any attributes.
pub(crate) fn any_span() -> impl Strategy<Value = SpanData> {
    span_of(vec((text(), nested()), 0..5).boxed())
}

fn kind() -> impl Strategy<Value = SpanKind> {
    prop::sample::select(vec![
        SpanKind::Internal,
        SpanKind::Server,
        SpanKind::Client,
        SpanKind::Producer,
        SpanKind::Consumer,
    ])
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![
        Just(Status::Unset),
        Just(Status::Ok),
        text().prop_map(Status::Error)
    ]
}

fn span_of(attributes: BoxedStrategy<Attributes>) -> impl Strategy<Value = SpanData> {
    let event = (any::<u64>(), text(), attributes.clone()).prop_map(
        |(time_unix_nano, name, attributes)| Event {
            time_unix_nano,
            name,
            attributes,
        },
    );
    let link =
        (trace_id(), span_id(), attributes.clone()).prop_map(|(trace_id, span_id, attributes)| {
            Link {
                trace_id,
                span_id,
                attributes,
            }
        });
    let identity = (trace_id(), span_id(), prop::option::of(span_id()), text());
    let shape = (
        kind(),
        any::<[u64; 2]>(),
        status(),
        any::<[u32; 2]>(),
        any::<bool>(),
    );
    let lists = (attributes, vec(event, 0..3), vec(link, 0..3));
    (identity, shape, lists).prop_map(
        |((trace_id, span_id, parent_span_id, name), shape, (attributes, events, links))| {
            let (kind, times, status, counts, parent_is_remote) = shape;
            SpanData {
                trace_id,
                span_id,
                parent_span_id,
                name,
                kind,
                start_time_unix_nano: times[0],
                end_time_unix_nano: times[1],
                attributes,
                dropped_attributes_count: counts[0],
                events,
                dropped_events_count: counts[1],
                links,
                dropped_links_count: 0,
                status,
                parent_is_remote,
            }
        },
    )
}
