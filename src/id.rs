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
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut out = *b"00000000-0000-0000-0000-000000000000";
        let digits = self
            .0
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(|nibble| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0'));
        let places = (19..23).chain(24..36);
        for (place, digit) in places.zip(digits) {
            if let Some(slot) = out.get_mut(place) {
                *slot = digit;
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
