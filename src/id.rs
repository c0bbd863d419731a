//! Trace and span ids: fixed width, never zero, as W3C Trace Context and OTLP ask.

use core::fmt;

/// A 16-byte trace id.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId([u8; 16]);

/// An 8-byte span id.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId([u8; 8]);

impl TraceId {
    /// The id of these bytes; `None` for sixteen zeros, which no receiver accepts.
    pub fn from_bytes(bytes: [u8; 16]) -> Option<Self> {
        (bytes != [0; 16]).then_some(Self(bytes))
    }

    /// The bytes as they travel.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl SpanId {
    /// The id of these bytes; `None` for eight zeros.
    pub fn from_bytes(bytes: [u8; 8]) -> Option<Self> {
        (bytes != [0; 8]).then_some(Self(bytes))
    }

    /// The bytes as they travel.
    pub fn to_bytes(self) -> [u8; 8] {
        self.0
    }

    /// Laminar's spelling of a span id: a UUID whose first half is zero.
    pub fn to_uuid(self) -> [u8; 36] {
        let mut out = *b"00000000-0000-0000-0000-000000000000";
        let [a, b, c, d, e, f, g, h] = self.0.map(hex_pair);
        for (place, pair) in [
            (19, a),
            (21, b),
            (24, c),
            (26, d),
            (28, e),
            (30, f),
            (32, g),
            (34, h),
        ] {
            if let Some(room) = out.get_mut(place..).and_then(<[u8]>::first_chunk_mut) {
                *room = pair;
            }
        }
        out
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

fn hex_pair(byte: u8) -> [u8; 2] {
    let digit = |nibble: u8| nibble + if nibble < 10 { b'0' } else { b'a' - 10 };
    [digit(byte >> 4), digit(byte & 15)]
}

fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_no_id() {
        assert_eq!(TraceId::from_bytes([0; 16]), None);
        assert_eq!(SpanId::from_bytes([0; 8]), None);
    }

    #[test]
    fn a_span_id_is_the_last_half_of_its_uuid() {
        let id = SpanId::from_bytes([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]).unwrap();
        assert_eq!(&id.to_uuid(), b"00000000-0000-0000-0123-456789abcdef");
        assert_eq!(format!("{id:?}"), "0123456789abcdef");
    }
}
