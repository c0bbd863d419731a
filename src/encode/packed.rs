//! The packed record: how a span crosses from JavaScript in one call.
//!
//! Three arrays that the caller fills in order and the encoder takes off their ends, so that the
//! backwards writer meets everything last part first:
//!
//! * `text`: all strings joined, as UTF-8;
//! * `floats`: `[start_ms, end_ms, …]`, doubles of values and event times;
//! * `words`: 32-bit integers. They begin with the fixed part
//!   `[trace×4, span×2, parent×2, start_ns, end_ns, kind, name, path]` and `path` entries
//!   `[id×2, name]`, outermost first, the span itself last. A stack follows and the trailer
//!   `[attributes, events, links, status, message, dropped_attributes, dropped_events, flags]`
//!   ends it.
//!
//! Ids are big-endian words. Times are whole milliseconds in `floats` and the nanoseconds beyond
//! in `words`. Lengths of strings are UTF-16 code units. A value is its parts, then
//! `length << 4 | type`. An attribute is its key's length, then the value. An event is its
//! attributes, then `[name, nanoseconds, attributes]`; a link its attributes, then
//! `[trace×4, span×2, attributes]`. `text` holds, in the order of the words, the span's name, the
//! names on the path, then each attribute's key and string; an event's name comes before its
//! attributes, the status message at the very end.

use crate::encode::constants::REMOTE_PARENT;
use crate::encode::fields::{
    any_value, close_value, event, ids_path, int64, keys, link, short_value, span, status,
    string_array, string_value, Short, FLAGS_LOCAL, FLAGS_REMOTE, SCOPE_SPANS_SPANS, VALUES,
};
use crate::encode::protobuf::Writer;
use crate::encode::redaction::Redaction;
use crate::encode::text::{Text, TextError};
use crate::encode::time::{id_bytes, unix_nano};
use crate::span::SpanId;

/// Types of a packed value.
pub mod kind {
    pub use crate::encode::constants::{
        ARRAY, BYTES, DOUBLE, EMPTY, FALSE, INT32, INT64, STRING, TRUE,
    };
}

const FIXED_WORDS: usize = 13;
const PATH_WORDS: usize = 3;

/// Why a record was not encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackError {
    /// The arrays contradict each other.
    Malformed,
    /// Two strings joined into a character neither had. The caller replaces lone surrogates and
    /// packs again.
    SplitPair,
    /// The room was too small.
    Overflow,
}

impl From<TextError> for PackError {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Short => Self::Malformed,
            TextError::SplitPair => Self::SplitPair,
        }
    }
}

/// One packed span.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'a> {
    /// See the module.
    pub words: &'a [u32],
    /// See the module.
    pub floats: &'a [f64],
    /// See the module.
    pub text: &'a [u8],
    /// UTF-16 code units of `text`.
    pub units: usize,
}

impl Packed<'_> {
    /// Returns more bytes than the encoded span can take, constants aside.
    pub fn bound(&self) -> usize {
        // Each word or float stands for at most that much framing; a path entry brings a UUID.
        let path = self
            .words
            .get(FIXED_WORDS - 1)
            .map_or(0, |depth| *depth as usize);
        256 + self.text.len()
            + 12 * (self.words.len() + self.floats.len())
            + 64 * path.min(self.words.len())
    }
}

/// Writes the span in front of what the writer has. Its body ends at `end`, which lies behind the
/// writer if attributes of this span were written already.
pub(crate) fn write_packed(
    writer: &mut Writer<'_>,
    end: usize,
    packed: &Packed<'_>,
    constants: &[u8],
    redaction: &Redaction<'_>,
) -> Result<(), PackError> {
    let (fixed, rest) = packed
        .words
        .split_at_checked(FIXED_WORDS)
        .ok_or(PackError::Malformed)?;
    let &[t0, t1, t2, t3, s0, s1, p0, p1, start_ns, end_ns, kind, name_units, depth] = fixed else {
        return Err(PackError::Malformed);
    };
    let path_words = (depth as usize)
        .checked_mul(PATH_WORDS)
        .ok_or(PackError::Malformed)?;
    let (path, words) = rest
        .split_at_checked(path_words)
        .ok_or(PackError::Malformed)?;
    let (times, floats) = packed
        .floats
        .split_at_checked(2)
        .ok_or(PackError::Malformed)?;
    let mut stack = Stack {
        words,
        floats,
        text: Text::new(packed.text, packed.units),
        redaction,
    };

    let [attributes, events, links, code, message_units, dropped_attributes, dropped_events, flags] =
        stack.words()?;
    writer.fixed32_field(
        span::FLAGS,
        if flags & REMOTE_PARENT == 0 {
            FLAGS_LOCAL
        } else {
            FLAGS_REMOTE
        },
    );
    stack.status(writer, code, message_units)?;
    for _ in 0..links {
        stack.link(writer)?;
    }
    count(writer, span::DROPPED_EVENTS_COUNT, dropped_events);
    for _ in 0..events {
        stack.event(writer)?;
    }
    count(writer, span::DROPPED_ATTRIBUTES_COUNT, dropped_attributes);
    stack.attributes(writer, span::ATTRIBUTES, attributes)?;
    writer.bytes(constants);
    stack.path(writer, path)?;
    if !stack.words.is_empty() || !stack.floats.is_empty() {
        return Err(PackError::Malformed);
    }
    let &[start_ms, end_ms] = times else {
        return Err(PackError::Malformed);
    };
    writer.fixed64_field(span::END_TIME_UNIX_NANO, unix_nano(end_ms, end_ns));
    writer.fixed64_field(span::START_TIME_UNIX_NANO, unix_nano(start_ms, start_ns));
    writer.varint_field(span::KIND, u64::from(kind));
    let name = stack.text.pop(name_units as usize)?;
    redaction.field(writer, span::NAME, name);
    if p0 | p1 != 0 {
        writer.eight_bytes_field(span::PARENT_SPAN_ID, id_bytes(p0, p1));
    }
    if s0 | s1 == 0 || t0 | t1 | t2 | t3 == 0 {
        return Err(PackError::Malformed);
    }
    writer.eight_bytes_field(span::SPAN_ID, id_bytes(s0, s1));
    let trace_id = [id_bytes(t0, t1), id_bytes(t2, t3)];
    writer.sixteen_bytes_field(span::TRACE_ID, trace_id);
    redaction.write_counts(writer);
    writer.close(SCOPE_SPANS_SPANS, end);
    if !stack.text.is_empty() {
        return Err(PackError::Malformed);
    }
    if writer.overflowed() {
        return Err(PackError::Overflow);
    }
    Ok(())
}

struct Stack<'a, 'r> {
    words: &'a [u32],
    floats: &'a [f64],
    text: Text<'a>,
    redaction: &'r Redaction<'r>,
}

impl<'a, 'r> Stack<'a, 'r> {
    #[inline(always)]
    fn word(&mut self) -> Result<u32, PackError> {
        self.words().map(|[word]| word)
    }

    #[inline(always)]
    fn words<const N: usize>(&mut self) -> Result<[u32; N], PackError> {
        let (rest, words) = self.words.split_last_chunk().ok_or(PackError::Malformed)?;
        self.words = rest;
        Ok(*words)
    }

    #[inline(always)]
    fn float(&mut self) -> Result<f64, PackError> {
        let (float, rest) = self.floats.split_last().ok_or(PackError::Malformed)?;
        self.floats = rest;
        Ok(*float)
    }

    #[inline(never)]
    fn attributes(
        &mut self,
        writer: &mut Writer<'_>,
        field: u32,
        count: u32,
    ) -> Result<(), PackError> {
        // A copy that nobody else sees stays in registers.
        let mut stack = self.copy();
        for _ in 0..count {
            let header = stack.word()?;
            let short = match header & 15 {
                kind::STRING => {
                    let key_units = stack.word()? as usize;
                    let (key, value) = stack.text.pop_two(key_units, (header >> 4) as usize)?;
                    string_value(writer, field, key, &stack.redaction.value(key, value));
                    continue;
                }
                kind::FALSE => Short::Bool(false),
                kind::TRUE => Short::Bool(true),
                kind::INT32 => Short::Int(stack.word()?.cast_signed()),
                kind::DOUBLE => Short::Double(stack.float()?.to_bits()),
                _ => {
                    let mut other = stack.copy();
                    other.other_attribute(header, writer, field)?;
                    stack = other;
                    continue;
                }
            };
            let key_units = stack.word()? as usize;
            short_value(writer, field, stack.text.pop(key_units)?, short);
        }
        *self = stack;
        Ok(())
    }

    #[inline(always)]
    fn copy(&self) -> Self {
        Self {
            words: self.words,
            floats: self.floats,
            text: self.text,
            redaction: self.redaction,
        }
    }

    #[cold]
    #[inline(never)]
    fn other_attribute(
        &mut self,
        header: u32,
        writer: &mut Writer<'_>,
        field: u32,
    ) -> Result<(), PackError> {
        let end = writer.position();
        let before = self.redaction.counts();
        // The key comes after the value and may hide an array or bytes whole.
        let mut draft = writer.draft();
        self.value_of(header, &mut draft, true)?;
        let draft = draft.state();
        let key_units = self.word()? as usize;
        let key = self.text.pop(key_units)?;
        let hidden = match header & 15 {
            kind::ARRAY | kind::BYTES => self.redaction.hidden(key, before),
            _ => None,
        };
        match hidden {
            Some(hidden) => writer.bytes_field(any_value::STRING, &hidden),
            None => writer.keep(draft),
        }
        close_value(writer, field, key, end);
        Ok(())
    }

    #[inline(never)]
    fn value_of(
        &mut self,
        header: u32,
        writer: &mut Writer<'_>,
        arrays: bool,
    ) -> Result<(), PackError> {
        let len = (header >> 4) as usize;
        match header & 15 {
            kind::STRING => {
                let text = self.text.pop(len)?;
                self.redaction.field(writer, any_value::STRING, text);
            }
            kind::FALSE => writer.varint_field(any_value::BOOL, 0),
            kind::TRUE => writer.varint_field(any_value::BOOL, 1),
            kind::INT32 => {
                let value = i64::from(self.word()?.cast_signed());
                writer.varint_field(any_value::INT, int64(value));
            }
            kind::INT64 => {
                let [low, high] = self.words()?.map(u64::from);
                writer.varint_field(any_value::INT, high << 32 | low);
            }
            kind::DOUBLE => writer.fixed64_field(any_value::DOUBLE, self.float()?.to_bits()),
            kind::BYTES => self.byte_words(writer, len)?,
            kind::EMPTY => {}
            // OpenTelemetry's arrays do not nest, and neither do these: depth needs no limit.
            kind::ARRAY if arrays => {
                let end = writer.position();
                for _ in 0..len {
                    let element_end = writer.position();
                    let header = self.word()?;
                    self.value_of(header, writer, false)?;
                    writer.close(VALUES, element_end);
                }
                writer.close(any_value::ARRAY, end);
            }
            _ => return Err(PackError::Malformed),
        }
        Ok(())
    }

    fn byte_words(&mut self, writer: &mut Writer<'_>, len: usize) -> Result<(), PackError> {
        let end = writer.position();
        let mut tail = len % 4;
        for _ in 0..len.div_ceil(4) {
            let word = self.word()?.to_le_bytes();
            let used = if tail == 0 { 4 } else { tail };
            tail = 0;
            writer.bytes(word.get(..used).unwrap_or_default());
        }
        writer.close(any_value::BYTES, end);
        Ok(())
    }

    fn event(&mut self, writer: &mut Writer<'_>) -> Result<(), PackError> {
        let end = writer.position();
        let [name_units, nanoseconds, attributes] = self.words()?;
        self.attributes(writer, event::ATTRIBUTES, attributes)?;
        let name = self.text.pop(name_units as usize)?;
        self.redaction.field(writer, event::NAME, name);
        writer.fixed64_field(event::TIME_UNIX_NANO, unix_nano(self.float()?, nanoseconds));
        writer.close(span::EVENTS, end);
        Ok(())
    }

    fn link(&mut self, writer: &mut Writer<'_>) -> Result<(), PackError> {
        let end = writer.position();
        let [t0, t1, t2, t3, s0, s1, attributes] = self.words()?;
        self.attributes(writer, link::ATTRIBUTES, attributes)?;
        writer.eight_bytes_field(link::SPAN_ID, id_bytes(s0, s1));
        let trace_id = [id_bytes(t0, t1), id_bytes(t2, t3)];
        writer.sixteen_bytes_field(link::TRACE_ID, trace_id);
        writer.close(span::LINKS, end);
        Ok(())
    }

    fn status(&mut self, writer: &mut Writer<'_>, code: u32, units: u32) -> Result<(), PackError> {
        if code == 0 && units == 0 {
            return Ok(());
        }
        let end = writer.position();
        writer.varint_field(status::CODE, u64::from(code));
        if units > 0 {
            let message = self.text.pop(units as usize)?;
            self.redaction.field(writer, status::MESSAGE, message);
        }
        writer.close(span::STATUS, end);
        Ok(())
    }

    /// Writes `lmnr.span.path` and `lmnr.span.ids_path`, both or neither: the server re-parents by
    /// them.
    fn path(&mut self, writer: &mut Writer<'_>, path: &[u32]) -> Result<(), PackError> {
        if path.is_empty() {
            return Ok(());
        }
        let innermost_first = || path.rchunks_exact(PATH_WORDS);
        ids_path(
            writer,
            innermost_first().filter_map(|entry| {
                let &[id0, id1, _] = entry else { return None };
                SpanId::from_bytes(id_bytes(id0, id1))
            }),
        );
        let mut error = None;
        let text = &mut self.text;
        let redaction = self.redaction;
        string_array(
            writer,
            span::ATTRIBUTES,
            keys::SPAN_PATH,
            innermost_first().map(|entry| {
                let units = entry.last().map_or(0, |units| *units as usize);
                let name = text.pop(units).unwrap_or_else(|reason| {
                    error = Some(reason);
                    &[]
                });
                // As in the spans of these names: the server compares them.
                redaction.text(name)
            }),
        );
        error.map_or(Ok(()), |reason| Err(reason.into()))
    }
}

fn count(writer: &mut Writer<'_>, field: u32, count: u32) {
    if count > 0 {
        writer.varint_field(field, u64::from(count));
    }
}
