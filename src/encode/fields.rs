//! Field numbers of the OTLP span, and the pieces that both encoders write.
//!
//! After `opentelemetry/proto/trace/v1/trace.proto` and `common/v1/common.proto`.

use crate::encode::protobuf::Writer;
use crate::span::SpanId;

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
    pub(crate) const DROPPED_LINKS_COUNT: u32 = 14;
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
    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) const SPAN_INPUT: &[u8] = b"lmnr.span.input";
    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) const SPAN_OUTPUT: &[u8] = b"lmnr.span.output";
}

/// Returns the bits of an integer as a varint carries them.
#[inline]
#[expect(
    clippy::cast_sign_loss,
    reason = "protobuf writes an int64 as its two's complement"
)]
pub(crate) fn int64(value: i64) -> u64 {
    value as u64
}

/// Makes a `KeyValue` in `field` of a string value that was written in front of `value_end`.
#[inline]
pub(crate) fn close_string(writer: &mut Writer<'_>, field: u32, key: &[u8], value_end: usize) {
    writer.close(any_value::STRING, value_end);
    close_value(writer, field, key, value_end);
}

/// Makes a `KeyValue` in `field` of an `AnyValue` that was written in front of `end`.
#[inline(never)]
pub(crate) fn close_value(writer: &mut Writer<'_>, field: u32, key: &[u8], end: usize) {
    writer.close(VALUE, end);
    writer.close_named(field, key, end);
}

/// Writes a `KeyValue` in `field` with a string.
#[inline]
pub(crate) fn string_value(writer: &mut Writer<'_>, field: u32, key: &[u8], value: &[u8]) {
    const { assert!(KEY == 1 && any_value::STRING == 1) };
    writer.named_text(field, key, VALUE, value);
}

/// Writes a `KeyValue` in `field` with a whole number, `true`, `false` or a double, as most are.
#[inline]
pub(crate) fn short_value(writer: &mut Writer<'_>, field: u32, key: &[u8], value: Short) {
    let end = writer.position();
    match value {
        Short::Bool(is) => writer.array(short_message(any_value::BOOL, u32::from(is))),
        Short::Int(number @ 0..0x80) => {
            writer.array(short_message(any_value::INT, number.unsigned_abs()));
        }
        Short::Int(number) => {
            writer.varint_field(any_value::INT, int64(i64::from(number)));
            writer.close(VALUE, end);
        }
        Short::Double(bits) => {
            writer.fixed64_field(any_value::DOUBLE, bits);
            writer.close(VALUE, end);
        }
    }
    writer.close_short(field, key, end);
}

/// Returns a message in `VALUE` with a varint of one byte, to be written by one store.
#[inline(always)]
fn short_message(field: u32, value: u32) -> [u8; 4] {
    (VALUE << 3 | 2 | 2 << 8 | field << 19 | value << 24).to_le_bytes()
}

/// A value that takes few bytes.
pub(crate) enum Short {
    Bool(bool),
    Int(i32),
    /// Its bits.
    Double(u64),
}

/// Writes a `KeyValue` with an array of strings, given last element first.
pub(crate) fn string_array(
    writer: &mut Writer<'_>,
    field: u32,
    key: &[u8],
    elements: impl Iterator<Item = impl AsRef<[u8]>>,
) {
    let end = writer.position();
    for element in elements {
        const { assert!(any_value::STRING == 1) };
        writer.close_named(VALUES, element.as_ref(), writer.position());
    }
    writer.close(any_value::ARRAY, end);
    close_value(writer, field, key, end);
}

/// Writes `lmnr.span.ids_path` of these ancestors and the span itself, given innermost first.
pub(crate) fn ids_path(writer: &mut Writer<'_>, ids: impl Iterator<Item = SpanId>) {
    let end = writer.position();
    for id in ids {
        if let Some([outer, outer_len, inner, inner_len, uuid @ ..]) = writer.array_room::<40>() {
            const { assert!(VALUES == 1 && any_value::STRING == 1) };
            (*outer, *outer_len, *inner, *inner_len) = (0x0a, 38, 0x0a, 36);
            id.write_uuid(uuid);
        }
    }
    writer.close(any_value::ARRAY, end);
    close_value(writer, span::ATTRIBUTES, keys::SPAN_IDS_PATH, end);
}
