//! `SpanData` and the request's resource and scope, as OTLP protobuf.

use crate::encode::fields::{
    any_value, close_string, close_value, event, int64, link, span, status, FLAGS_LOCAL,
    FLAGS_REMOTE, KEY, SCOPE_SPANS_SPANS, VALUE, VALUES,
};
use crate::encode::protobuf::Writer;
use crate::encode::redaction::Redaction;
use crate::span::{Event, Link, SpanData, Status, Value};

/// Three messages a level stay well below protobuf's usual limit of a hundred.
const MAX_DEPTH: usize = 24;

/// Writes `data` as one `ScopeSpans.spans` element in front of what the writer has.
pub(crate) fn write_span(writer: &mut Writer<'_>, data: &SpanData, redaction: &Redaction<'_>) {
    let end = writer.position();
    let flags = if data.parent_is_remote {
        FLAGS_REMOTE
    } else {
        FLAGS_LOCAL
    };
    writer.fixed32_field(span::FLAGS, flags);
    write_status(writer, &data.status, redaction);
    write_count(writer, span::DROPPED_LINKS_COUNT, data.dropped_links_count);
    data.links
        .iter()
        .rev()
        .for_each(|link| write_link(writer, link, redaction));
    write_count(
        writer,
        span::DROPPED_EVENTS_COUNT,
        data.dropped_events_count,
    );
    data.events
        .iter()
        .rev()
        .for_each(|event| write_event(writer, event, redaction));
    write_count(
        writer,
        span::DROPPED_ATTRIBUTES_COUNT,
        data.dropped_attributes_count,
    );
    write_attributes(writer, span::ATTRIBUTES, &data.attributes, redaction);
    writer.fixed64_field(span::END_TIME_UNIX_NANO, data.end_time_unix_nano);
    writer.fixed64_field(span::START_TIME_UNIX_NANO, data.start_time_unix_nano);
    writer.varint_field(span::KIND, data.kind as u64);
    redaction.field(writer, span::NAME, data.name.as_bytes());
    if let Some(parent) = data.parent_span_id {
        writer.bytes_field(span::PARENT_SPAN_ID, &parent.to_bytes());
    }
    writer.bytes_field(span::SPAN_ID, &data.span_id.to_bytes());
    writer.bytes_field(span::TRACE_ID, &data.trace_id.to_bytes());
    redaction.write_counts(writer);
    writer.close(SCOPE_SPANS_SPANS, end);
}

/// Returns more bytes than [`write_span`] can need for `data`.
pub(crate) fn span_bound(data: &SpanData) -> usize {
    let events = data
        .events
        .iter()
        .map(|event| 64 + event.name.len() + attributes_bound(&event.attributes));
    let links = data
        .links
        .iter()
        .map(|link| 64 + attributes_bound(&link.attributes));
    let message = match &data.status {
        Status::Error(message) => message.len(),
        Status::Unset | Status::Ok => 0,
    };
    256 + data.name.len()
        + message
        + attributes_bound(&data.attributes)
        + events.sum::<usize>()
        + links.sum::<usize>()
}

/// Encodes the `resource` field of `ResourceSpans`, with string attributes.
pub(crate) fn encode_resource(attributes: &[(&str, &str)]) -> Vec<u8> {
    encode(strings_bound(attributes) + 16, &|writer| {
        let end = writer.position();
        write_strings(writer, 1, attributes);
        writer.close(1, end);
    })
}

/// Encodes the `scope` field of `ScopeSpans`.
pub(crate) fn encode_scope(name: &str, version: &str) -> Vec<u8> {
    encode(name.len() + version.len() + 32, &|writer| {
        let end = writer.position();
        writer.bytes_field(2, version.as_bytes());
        writer.bytes_field(1, name.as_bytes());
        writer.close(1, end);
    })
}

/// Encodes `Span.attributes` fields that every span repeats.
pub(crate) fn encode_constants(attributes: &[(&str, &str)]) -> Vec<u8> {
    encode(strings_bound(attributes), &|writer| {
        write_strings(writer, span::ATTRIBUTES, attributes);
    })
}

#[inline(never)]
fn encode(bound: usize, write: &dyn Fn(&mut Writer<'_>)) -> Vec<u8> {
    let mut buffer = vec![0; bound];
    let mut writer = Writer::new(&mut buffer, bound);
    write(&mut writer);
    let start = writer.position();
    buffer.get(start..).unwrap_or_default().to_vec()
}

fn write_strings(writer: &mut Writer<'_>, field: u32, attributes: &[(&str, &str)]) {
    for (key, value) in attributes.iter().rev() {
        let end = writer.position();
        writer.bytes(value.as_bytes());
        close_string(writer, field, key.as_bytes(), end);
    }
}

#[inline(never)]
fn strings_bound(attributes: &[(&str, &str)]) -> usize {
    attributes
        .iter()
        .map(|(key, value)| 32 + key.len() + value.len())
        .sum()
}

fn write_attributes(
    writer: &mut Writer<'_>,
    field: u32,
    attributes: &[(String, Value)],
    redaction: &Redaction<'_>,
) {
    for (key, value) in attributes.iter().rev() {
        let end = writer.position();
        write_named(writer, key, value, 0, redaction);
        close_value(writer, field, key.as_bytes(), end);
    }
}

/// Writes the value of this key, or what stands for it if the key hides it. Numbers stay.
fn write_named(
    writer: &mut Writer<'_>,
    key: &str,
    value: &Value,
    depth: usize,
    redaction: &Redaction<'_>,
) {
    match value {
        Value::String(text) if depth <= MAX_DEPTH => {
            let text = redaction.value(key.as_bytes(), text.as_bytes());
            return writer.bytes_field(any_value::STRING, &text);
        }
        Value::Bytes(_) | Value::Array(_) => {
            if let Some(hidden) = redaction.hidden(key.as_bytes(), redaction.counts()) {
                return writer.bytes_field(any_value::STRING, &hidden);
            }
        }
        _ => {}
    }
    write_value(writer, value, depth, redaction);
}

/// Writes a value that lies `depth` deep in others. Receivers refuse a whole batch for a value that
/// nests deeper than they follow, so a value that lies too deep is left empty.
fn write_value(writer: &mut Writer<'_>, value: &Value, depth: usize, redaction: &Redaction<'_>) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::String(text) => {
            redaction.field(writer, any_value::STRING, text.as_bytes());
        }
        Value::Bool(flag) => writer.varint_field(any_value::BOOL, u64::from(*flag)),
        Value::Int(number) => writer.varint_field(any_value::INT, int64(*number)),
        Value::Double(number) => writer.fixed64_field(any_value::DOUBLE, number.to_bits()),
        Value::Bytes(bytes) => writer.bytes_field(any_value::BYTES, bytes),
        Value::Array(elements) => {
            let end = writer.position();
            for element in elements.iter().rev() {
                let element_end = writer.position();
                write_value(writer, element, depth + 1, redaction);
                writer.close(VALUES, element_end);
            }
            writer.close(any_value::ARRAY, end);
        }
        Value::KvList(entries) => {
            let end = writer.position();
            for (key, value) in entries.iter().rev() {
                let entry_end = writer.position();
                write_named(writer, key, value, depth + 1, redaction);
                writer.close(VALUE, entry_end);
                writer.bytes_field(KEY, key.as_bytes());
                writer.close(VALUES, entry_end);
            }
            writer.close(any_value::KVLIST, end);
        }
    }
}

fn write_event(writer: &mut Writer<'_>, data: &Event, redaction: &Redaction<'_>) {
    let end = writer.position();
    write_attributes(writer, event::ATTRIBUTES, &data.attributes, redaction);
    redaction.field(writer, event::NAME, data.name.as_bytes());
    writer.fixed64_field(event::TIME_UNIX_NANO, data.time_unix_nano);
    writer.close(span::EVENTS, end);
}

fn write_link(writer: &mut Writer<'_>, data: &Link, redaction: &Redaction<'_>) {
    let end = writer.position();
    write_attributes(writer, link::ATTRIBUTES, &data.attributes, redaction);
    writer.bytes_field(link::SPAN_ID, &data.span_id.to_bytes());
    writer.bytes_field(link::TRACE_ID, &data.trace_id.to_bytes());
    writer.close(span::LINKS, end);
}

fn write_status(writer: &mut Writer<'_>, data: &Status, redaction: &Redaction<'_>) {
    let (code, message) = match data {
        Status::Unset => return,
        Status::Ok => (1, ""),
        Status::Error(message) => (2, message.as_str()),
    };
    let end = writer.position();
    writer.varint_field(status::CODE, code);
    if !message.is_empty() {
        redaction.field(writer, status::MESSAGE, message.as_bytes());
    }
    writer.close(span::STATUS, end);
}

fn write_count(writer: &mut Writer<'_>, field: u32, count: u32) {
    if count > 0 {
        writer.varint_field(field, u64::from(count));
    }
}

fn attributes_bound(attributes: &[(String, Value)]) -> usize {
    attributes
        .iter()
        .map(|(key, value)| 24 + key.len() + value_bound(value))
        .sum()
}

fn value_bound(value: &Value) -> usize {
    16 + match value {
        Value::String(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Bool(_) | Value::Int(_) | Value::Double(_) => 0,
        Value::Array(elements) => elements
            .iter()
            .map(|element| 8 + value_bound(element))
            .sum(),
        Value::KvList(entries) => attributes_bound(entries),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::protobuf::{Field, Fields};

    #[test]
    fn a_version_may_be_longer_than_the_name() {
        let version = "1".repeat(200);
        let scope = encode_scope("s", &version);
        let Some((1, Field::Bytes(scope))) = Fields(&scope).next() else {
            panic!("no scope");
        };
        let fields: Vec<_> = Fields(scope).collect();
        let [name, version] = ["s", &version].map(|text| Field::Bytes(text.as_bytes()));
        assert_eq!(fields, [(1, name), (2, version)]);
    }
}
