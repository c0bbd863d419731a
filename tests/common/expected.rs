//! The spans that the generated decoder should return, built with the decoder's own types.

use laminar_edge::{SpanData, SpanId, Status, Value};
use opentelemetry_proto::tonic::common::v1::{
    any_value, AnyValue, ArrayValue, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::trace::v1::{self as otlp, span};

pub(crate) fn otlp_span(data: &SpanData) -> otlp::Span {
    otlp::Span {
        trace_id: data.trace_id.to_bytes().to_vec(),
        span_id: data.span_id.to_bytes().to_vec(),
        parent_span_id: data
            .parent_span_id
            .map(|id| id.to_bytes().to_vec())
            .unwrap_or_default(),
        flags: if data.parent_is_remote { 0x301 } else { 0x101 },
        name: data.name.clone(),
        kind: data.kind as i32,
        start_time_unix_nano: data.start_time_unix_nano,
        end_time_unix_nano: data.end_time_unix_nano,
        attributes: key_values(&data.attributes),
        dropped_attributes_count: data.dropped_attributes_count,
        events: data.events.iter().map(event).collect(),
        dropped_events_count: data.dropped_events_count,
        links: data.links.iter().map(link).collect(),
        dropped_links_count: data.dropped_links_count,
        status: status(&data.status),
        ..otlp::Span::default()
    }
}

pub(crate) fn string(key: &str, value: &str) -> KeyValue {
    key_value(key, &Value::from(value))
}

/// Returns `lmnr.span.path` and `lmnr.span.ids_path` for ids and names, outermost first.
pub(crate) fn paths(path: &[(SpanId, String)]) -> [KeyValue; 2] {
    let names = path.iter().map(|(_, name)| name.clone());
    let ids = path.iter().map(|(id, _)| {
        let digits = format!("{id:?}");
        format!("00000000-0000-0000-{}-{}", &digits[..4], &digits[4..])
    });
    let array = |texts: Vec<String>| Value::Array(texts.into_iter().map(Value::String).collect());
    [
        key_value("lmnr.span.path", &array(names.collect())),
        key_value("lmnr.span.ids_path", &array(ids.collect())),
    ]
}

pub(crate) fn key_values(attributes: &[(String, Value)]) -> Vec<KeyValue> {
    let pairs = attributes.iter();
    pairs.map(|(key, value)| key_value(key, value)).collect()
}

fn key_value(key: &str, value: &Value) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(any_value(value)),
        ..KeyValue::default()
    }
}

fn any_value(value: &Value) -> AnyValue {
    let value = match value {
        Value::String(text) => any_value::Value::StringValue(text.clone()),
        Value::Bool(flag) => any_value::Value::BoolValue(*flag),
        Value::Int(number) => any_value::Value::IntValue(*number),
        Value::Double(number) => any_value::Value::DoubleValue(*number),
        Value::Bytes(bytes) => any_value::Value::BytesValue(bytes.clone()),
        Value::Array(elements) => any_value::Value::ArrayValue(ArrayValue {
            values: elements.iter().map(any_value).collect(),
        }),
        Value::KvList(entries) => any_value::Value::KvlistValue(KeyValueList {
            values: key_values(entries),
        }),
    };
    AnyValue { value: Some(value) }
}

fn event(data: &laminar_edge::Event) -> span::Event {
    span::Event {
        time_unix_nano: data.time_unix_nano,
        name: data.name.clone(),
        attributes: key_values(&data.attributes),
        ..span::Event::default()
    }
}

fn link(data: &laminar_edge::Link) -> span::Link {
    span::Link {
        trace_id: data.trace_id.to_bytes().to_vec(),
        span_id: data.span_id.to_bytes().to_vec(),
        attributes: key_values(&data.attributes),
        ..span::Link::default()
    }
}

fn status(data: &Status) -> Option<otlp::Status> {
    let (code, message) = match data {
        Status::Unset => return None,
        Status::Ok => (1, ""),
        Status::Error(message) => (2, message.as_str()),
    };
    Some(otlp::Status {
        message: message.to_owned(),
        code,
    })
}

/// Returns the same span with its doubles as bit patterns, so that NaN equals itself, and zero does
/// not equal minus zero.
pub(crate) fn frozen(mut span: otlp::Span) -> otlp::Span {
    span.attributes.iter_mut().for_each(freeze_pair);
    for event in &mut span.events {
        event.attributes.iter_mut().for_each(freeze_pair);
    }
    for link in &mut span.links {
        link.attributes.iter_mut().for_each(freeze_pair);
    }
    span
}

fn freeze_pair(pair: &mut KeyValue) {
    pair.value.iter_mut().for_each(freeze);
}

fn freeze(value: &mut AnyValue) {
    match &mut value.value {
        Some(any_value::Value::DoubleValue(number)) => {
            let bits = format!("double {:016x}", number.to_bits());
            value.value = Some(any_value::Value::StringValue(bits));
        }
        Some(any_value::Value::ArrayValue(array)) => array.values.iter_mut().for_each(freeze),
        Some(any_value::Value::KvlistValue(list)) => list.values.iter_mut().for_each(freeze_pair),
        _ => {}
    }
}
