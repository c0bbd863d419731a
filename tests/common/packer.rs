//! Packs spans as the JavaScript side does, from UTF-16.

use laminar_edge::packed::{kind, Packed};
use laminar_edge::{SpanData, SpanId, Status, Value};

/// The ids and names from the root to the span itself.
pub(crate) type Path = Vec<(SpanId, String)>;

#[derive(Clone, Debug, Default)]
pub(crate) struct Packer {
    pub(crate) words: Vec<u32>,
    pub(crate) floats: Vec<f64>,
    pub(crate) text: Vec<u16>,
    attributes: u32,
}

/// A packed record, with its text converted from UTF-16 to UTF-8.
pub(crate) struct Record {
    pub(crate) words: Vec<u32>,
    pub(crate) floats: Vec<f64>,
    pub(crate) text: String,
    pub(crate) units: usize,
}

impl Record {
    pub(crate) fn packed(&self) -> Packed<'_> {
        Packed {
            words: &self.words,
            floats: &self.floats,
            text: self.text.as_bytes(),
            units: self.units,
        }
    }
}

/// Packs a whole span as one record.
pub(crate) fn pack(data: &SpanData, path: &Path) -> Record {
    let mut packer = Packer::begin(data, path);
    for (key, value) in &data.attributes {
        packer.attribute(key, value);
    }
    packer.end(data)
}

impl Packer {
    /// Packs the fixed part, the path and the names.
    pub(crate) fn begin(data: &SpanData, path: &Path) -> Self {
        let mut packer = Self::default();
        packer.id(&data.trace_id.to_bytes());
        packer.id(&data.span_id.to_bytes());
        packer.id(&data.parent_span_id.map_or([0; 8], SpanId::to_bytes));
        let start = packer.time(data.start_time_unix_nano);
        let end = packer.time(data.end_time_unix_nano);
        packer.words.extend([start, end, data.kind as u32]);
        let name = packer.string(&data.name);
        packer
            .words
            .extend([name, u32::try_from(path.len()).unwrap()]);
        for (id, name) in path {
            packer.id(&id.to_bytes());
            let name = packer.string(name);
            packer.words.push(name);
        }
        packer
    }

    pub(crate) fn attribute(&mut self, key: &str, value: &Value) {
        self.key_and(key, |packer| packer.value(value));
    }

    /// Adds an array whose only element is `null`.
    pub(crate) fn array_of_null(&mut self, key: &str) {
        self.key_and(key, |packer| {
            packer.words.extend([kind::EMPTY, 1 << 4 | kind::ARRAY]);
        });
    }

    /// Adds a string that may have lone surrogates.
    pub(crate) fn utf16(&mut self, key: &str, units: &[u16]) {
        self.key_and(key, |packer| {
            packer.text.extend(units);
            packer
                .words
                .push(u32::try_from(units.len()).unwrap() << 4 | kind::STRING);
        });
    }

    fn key_and(&mut self, key: &str, value: impl FnOnce(&mut Self)) {
        let key = self.string(key);
        self.words.push(key);
        value(self);
        self.attributes += 1;
    }

    /// Packs events, links, status and the trailer.
    pub(crate) fn end(mut self, data: &SpanData) -> Record {
        let attributes = self.attributes;
        for event in &data.events {
            let name = self.string(&event.name);
            let nanoseconds = self.time(event.time_unix_nano);
            let count = self.attributes_of(&event.attributes);
            self.words.extend([name, nanoseconds, count]);
        }
        for link in &data.links {
            let count = self.attributes_of(&link.attributes);
            self.id(&link.trace_id.to_bytes());
            self.id(&link.span_id.to_bytes());
            self.words.push(count);
        }
        let (code, message) = match &data.status {
            Status::Unset => (0, ""),
            Status::Ok => (1, ""),
            Status::Error(message) => (2, message.as_str()),
        };
        let message = self.string(message);
        self.words.extend([
            attributes,
            u32::try_from(data.events.len()).unwrap(),
            u32::try_from(data.links.len()).unwrap(),
            code,
            message,
            data.dropped_attributes_count,
            data.dropped_events_count,
            u32::from(data.parent_is_remote),
        ]);
        Record {
            text: String::from_utf16_lossy(&self.text),
            units: self.text.len(),
            words: self.words,
            floats: self.floats,
        }
    }

    fn attributes_of(&mut self, attributes: &[(String, Value)]) -> u32 {
        for (key, value) in attributes {
            let key = self.string(key);
            self.words.push(key);
            self.value(value);
        }
        u32::try_from(attributes.len()).unwrap()
    }

    fn value(&mut self, value: &Value) {
        let (len, kind) = match value {
            Value::String(text) => (self.string(text), kind::STRING),
            Value::Bool(false) => (0, kind::FALSE),
            Value::Bool(true) => (0, kind::TRUE),
            Value::Int(number) => (0, self.int(*number)),
            Value::Double(number) => {
                self.floats.push(*number);
                (0, kind::DOUBLE)
            }
            Value::Bytes(bytes) => {
                for chunk in bytes.chunks(4) {
                    let mut word = [0; 4];
                    word[..chunk.len()].copy_from_slice(chunk);
                    self.words.push(u32::from_le_bytes(word));
                }
                (u32::try_from(bytes.len()).unwrap(), kind::BYTES)
            }
            Value::Array(elements) => {
                elements.iter().for_each(|element| self.value(element));
                (u32::try_from(elements.len()).unwrap(), kind::ARRAY)
            }
            Value::KvList(_) => panic!("JavaScript has no such attribute"),
        };
        self.words.push(len << 4 | kind);
    }

    fn int(&mut self, number: i64) -> u32 {
        if let Ok(small) = i32::try_from(number) {
            self.words.push(small.cast_unsigned());
            return kind::INT32;
        }
        let bytes = number.to_le_bytes();
        for half in bytes.chunks(4) {
            self.words
                .push(u32::from_le_bytes(half.try_into().unwrap()));
        }
        kind::INT64
    }

    fn id(&mut self, bytes: &[u8]) {
        let words = bytes.chunks(4);
        self.words
            .extend(words.map(|word| u32::from_be_bytes(word.try_into().unwrap())));
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "milliseconds have fewer than 53 bits"
    )]
    fn time(&mut self, nanoseconds: u64) -> u32 {
        self.floats.push((nanoseconds / 1_000_000) as f64);
        u32::try_from(nanoseconds % 1_000_000).unwrap()
    }

    fn string(&mut self, text: &str) -> u32 {
        let before = self.text.len();
        self.text.extend(text.encode_utf16());
        u32::try_from(self.text.len() - before).unwrap()
    }
}
