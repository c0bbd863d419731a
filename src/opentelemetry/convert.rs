//! Converts OpenTelemetry's spans into the core's.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{SpanContext, SpanKind as OtelKind, Status as OtelStatus};
use opentelemetry::{Array, KeyValue, Value as OtelValue};
use opentelemetry_sdk::trace::SpanData as OtelSpan;

use crate::span::{Event, Link, SpanData, SpanId, SpanKind, Status, TraceId, Value};

/// Returns the span; `None` if it has no ids, which no receiver accepts.
pub(crate) fn converted(span: OtelSpan) -> Option<SpanData> {
    let (trace_id, span_id) = ids(&span.span_context)?;
    let mut data = SpanData::new(trace_id, span_id, span.name);
    data.parent_span_id = SpanId::from_bytes(span.parent_span_id.to_bytes());
    data.parent_is_remote = span.parent_span_is_remote;
    data.kind = match span.span_kind {
        OtelKind::Internal => SpanKind::Internal,
        OtelKind::Server => SpanKind::Server,
        OtelKind::Client => SpanKind::Client,
        OtelKind::Producer => SpanKind::Producer,
        OtelKind::Consumer => SpanKind::Consumer,
    };
    data.start_time_unix_nano = unix_nano(span.start_time);
    data.end_time_unix_nano = unix_nano(span.end_time);
    data.attributes = attributes(span.attributes);
    data.dropped_attributes_count = span.dropped_attributes_count;
    data.dropped_events_count = span.events.dropped_count;
    data.events = span
        .events
        .events
        .into_iter()
        .map(|event| Event {
            time_unix_nano: unix_nano(event.timestamp),
            name: event.name.into_owned(),
            attributes: attributes(event.attributes),
        })
        .collect();
    data.dropped_links_count = span.links.dropped_count;
    data.links = span
        .links
        .links
        .into_iter()
        .filter_map(|link| {
            let (trace_id, span_id) = ids(&link.span_context)?;
            Some(Link {
                trace_id,
                span_id,
                attributes: attributes(link.attributes),
            })
        })
        .collect();
    data.status = match span.status {
        OtelStatus::Unset => Status::Unset,
        OtelStatus::Ok => Status::Ok,
        OtelStatus::Error { description } => Status::Error(description.into_owned()),
    };
    mark_failed(&mut data);
    Some(data)
}

/// Adds an event `exception` to a failed span: Laminar recognizes a failure by it, OpenTelemetry by the status.
fn mark_failed(data: &mut SpanData) {
    let Status::Error(message) = &data.status else {
        return;
    };
    if data.events.iter().any(|event| event.name == "exception") {
        return;
    }
    data.events.push(Event {
        time_unix_nano: data.end_time_unix_nano,
        name: "exception".to_owned(),
        attributes: vec![(
            "exception.message".to_owned(),
            Value::String(message.clone()),
        )],
    });
}

fn ids(context: &SpanContext) -> Option<(TraceId, SpanId)> {
    Some((
        TraceId::from_bytes(context.trace_id().to_bytes())?,
        SpanId::from_bytes(context.span_id().to_bytes())?,
    ))
}

fn unix_nano(time: SystemTime) -> u64 {
    let since_1970 = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_1970.as_nanos()).unwrap_or(u64::MAX)
}

/// Returns each attribute once, with its last value: the SDK keeps all that were set.
fn attributes(list: Vec<KeyValue>) -> Vec<(String, Value)> {
    let mut places = HashMap::with_capacity(list.len());
    let mut attributes: Vec<(String, Value)> = Vec::with_capacity(list.len());
    for KeyValue { key, value, .. } in list {
        let value = value_of(value);
        let place = *places.entry(key.clone()).or_insert(attributes.len());
        match attributes.get_mut(place) {
            Some((_, known)) => *known = value,
            None => attributes.push((key.as_str().to_owned(), value)),
        }
    }
    attributes
}

fn value_of(value: OtelValue) -> Value {
    fn all<T>(items: Vec<T>, each: impl Fn(T) -> Value) -> Value {
        Value::Array(items.into_iter().map(each).collect())
    }
    match value {
        OtelValue::Bool(flag) => Value::Bool(flag),
        OtelValue::I64(number) => Value::Int(number),
        OtelValue::F64(number) => Value::Double(number),
        OtelValue::String(text) => Value::String(text.into()),
        OtelValue::Array(Array::Bool(items)) => all(items, Value::Bool),
        OtelValue::Array(Array::I64(items)) => all(items, Value::Int),
        OtelValue::Array(Array::F64(items)) => all(items, Value::Double),
        OtelValue::Array(Array::String(items)) => all(items, |text| Value::String(text.into())),
        // A later version may add kinds.
        other => Value::String(other.to_string()),
    }
}
