//! Field numbers of the OTLP span, and the pieces that both encoders write.
//!
//! After `opentelemetry/proto/trace/v1/trace.proto` and `common/v1/common.proto`.

use crate::protobuf::Writer;
use crate::SpanId;

/// Fields of `Span`.
pub(crate) mod span {
    pub(crate) const TRACE_ID: u32 = 1;
    pub(crate) const SPAN_ID: u32 = 2;
    pub(crate) const PARENT_SPAN_ID: u32 = 4;
    pub(crate) const NAME: u32 = 5;
    pub(crate) const KIND: u32 = 6;
    pub(crate) const START_TIME_UNIX_NANO: u32 = 7;
    pub(crate) const END_TIME_UNIX_NANO: u32 = 8;
    pub(crate) const ATTRIBUTES: u32 = 9;
    pub(crate) const DROPPED_ATTRIBUTES_COUNT: u32 = 10;
    pub(crate) const EVENTS: u32 = 11;
    pub(crate) const DROPPED_EVENTS_COUNT: u32 = 12;
    pub(crate) const LINKS: u32 = 13;
    pub(crate) const STATUS: u32 = 15;
    pub(crate) const FLAGS: u32 = 16;
}

/// Fields of `Span.Event`.
pub(crate) mod event {
    pub(crate) const TIME_UNIX_NANO: u32 = 1;
    pub(crate) const NAME: u32 = 2;
    pub(crate) const ATTRIBUTES: u32 = 3;
}

/// Fields of `Span.Link`.
pub(crate) mod link {
    pub(crate) const TRACE_ID: u32 = 1;
    pub(crate) const SPAN_ID: u32 = 2;
    pub(crate) const ATTRIBUTES: u32 = 4;
}

/// Fields of `Status`.
pub(crate) mod status {
    pub(crate) const MESSAGE: u32 = 2;
    pub(crate) const CODE: u32 = 3;
}

/// Fields of `AnyValue`.
pub(crate) mod any_value {
    pub(crate) const STRING: u32 = 1;
    pub(crate) const BOOL: u32 = 2;
    pub(crate) const INT: u32 = 3;
    pub(crate) const DOUBLE: u32 = 4;
    pub(crate) const ARRAY: u32 = 5;
    pub(crate) const KVLIST: u32 = 6;
    pub(crate) const BYTES: u32 = 7;
}

/// Field of `KeyValue` that holds the key.
pub(crate) const KEY: u32 = 1;
/// Field of `KeyValue` that holds the value.
pub(crate) const VALUE: u32 = 2;
/// Field of `ArrayValue` and `KeyValueList` that holds their elements.
pub(crate) const VALUES: u32 = 1;
/// Field of `ScopeSpans` that holds a span.
pub(crate) const SCOPE_SPANS_SPANS: u32 = 2;

/// Sampled, and the bits that say whether the parent is remote are meant (OTLP `SpanFlags`).
pub(crate) const FLAGS_LOCAL: u32 = 0x101;
/// The same, with a parent in another process.
pub(crate) const FLAGS_REMOTE: u32 = 0x301;

/// The keys that this library itself puts on a span.
pub(crate) mod keys {
    pub(crate) const SPAN_PATH: &[u8] = b"lmnr.span.path";
    pub(crate) const SPAN_IDS_PATH: &[u8] = b"lmnr.span.ids_path";
}

/// The bits of an integer as a varint carries them.
#[inline]
#[expect(
    clippy::cast_sign_loss,
    reason = "protobuf writes an int64 as its two's complement"
)]
pub(crate) fn int64(value: i64) -> u64 {
    value as u64
}

/// A `KeyValue` in `field`, with a string value that was written in front of `value_end`.
pub(crate) fn close_string(writer: &mut Writer<'_>, field: u32, key: &[u8], value_end: usize) {
    writer.close(any_value::STRING, value_end);
    close_value(writer, field, key, value_end);
}

/// A `KeyValue` in `field` around an `AnyValue` that was written in front of `end`.
#[inline(never)]
pub(crate) fn close_value(writer: &mut Writer<'_>, field: u32, key: &[u8], end: usize) {
    writer.close(VALUE, end);
    writer.close_named(field, key, end);
}

/// A `KeyValue` in `field` with a string.
#[inline]
pub(crate) fn string_value(writer: &mut Writer<'_>, field: u32, key: &[u8], value: &[u8]) {
    const { assert!(KEY == 1 && any_value::STRING == 1) };
    writer.named_text(field, key, VALUE, value);
}

/// A `KeyValue` in `field` with a whole number, `true`, `false` or a double, as most are.
#[inline]
pub(crate) fn short_value(writer: &mut Writer<'_>, field: u32, key: &[u8], value: Short) {
    let tag = |field: u32, wire_type: u32| ((field << 3 | wire_type) & 0x7f) as u8;
    let outer = tag(VALUE, 2);
    match value {
        Short::Bool(is) => {
            let bytes = [outer, 2, tag(any_value::BOOL, 0), u8::from(is)];
            writer.named(field, key, &bytes);
        }
        Short::Int(number @ 0..0x80) => {
            let bytes = [outer, 2, tag(any_value::INT, 0), (number & 0x7f) as u8];
            writer.named(field, key, &bytes);
        }
        Short::Int(number) => {
            let end = writer.position();
            writer.varint_field(any_value::INT, int64(i64::from(number)));
            close_value(writer, field, key, end);
        }
        Short::Double(bits) => {
            let mut bytes = [0; 11];
            let [head @ .., _, _, _, _, _, _, _, _] = &mut bytes;
            *head = [outer, 9, tag(any_value::DOUBLE, 1)];
            let [_, _, _, number @ ..] = &mut bytes;
            *number = bits.to_le_bytes();
            writer.named(field, key, &bytes);
        }
    }
}

/// A value that takes few bytes.
pub(crate) enum Short {
    Bool(bool),
    Int(i32),
    /// Its bits.
    Double(u64),
}

/// A `KeyValue` with an array of strings, given last element first.
pub(crate) fn string_array<'a>(
    writer: &mut Writer<'_>,
    field: u32,
    key: &[u8],
    elements: impl Iterator<Item = &'a [u8]>,
) {
    let end = writer.position();
    for element in elements {
        const { assert!(any_value::STRING == 1) };
        writer.named(VALUES, element, &[]);
    }
    writer.close(any_value::ARRAY, end);
    close_value(writer, field, key, end);
}

/// `lmnr.span.ids_path` of these ancestors and the span itself, given innermost first.
pub(crate) fn ids_path(writer: &mut Writer<'_>, ids: impl Iterator<Item = SpanId>) {
    let end = writer.position();
    for id in ids {
        let mut element = UUID_ELEMENT;
        let [_, _, _, _, uuid @ ..] = &mut element;
        *uuid = id.to_uuid();
        writer.array(element);
    }
    writer.close(any_value::ARRAY, end);
    close_value(writer, span::ATTRIBUTES, keys::SPAN_IDS_PATH, end);
}

/// An element of an array with a string of 36 bytes.
const UUID_ELEMENT: [u8; 40] = {
    assert!(VALUES == 1 && any_value::STRING == 1);
    let mut element = [0; 40];
    (element[0], element[1], element[2], element[3]) = (0x0a, 38, 0x0a, 36);
    element
};
