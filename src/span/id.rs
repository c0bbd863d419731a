//! Trace and span ids: fixed width, never zero, as W3C Trace Context and OTLP ask.

use core::fmt;

/// A 16-byte trace id.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId([u8; 16]);

/// An 8-byte span id.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId([u8; 8]);

impl TraceId {
    /// Returns the id of these bytes; `None` for sixteen zeros, which no receiver accepts.
    pub fn from_bytes(bytes: [u8; 16]) -> Option<Self> {
        (bytes != [0; 16]).then_some(Self(bytes))
    }

    /// Returns the bytes as they travel.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl SpanId {
    /// Returns the id of these bytes; `None` for eight zeros.
    pub fn from_bytes(bytes: [u8; 8]) -> Option<Self> {
        (bytes != [0; 8]).then_some(Self(bytes))
    }

    /// Returns the bytes as they travel.
    pub fn to_bytes(self) -> [u8; 8] {
        self.0
    }

    /// Returns Laminar's spelling of a span id: a UUID whose first half is zero.
    pub fn to_uuid(self) -> [u8; 36] {
        let mut out = [0; 36];
        self.write_uuid(&mut out);
        out
    }

    #[inline]
    pub(crate) fn write_uuid(self, out: &mut [u8; 36]) {
        *out = *b"00000000-0000-0000-0000-000000000000";
        let [(first, second), (third, last)] = [self.high(), self.low()].map(hex_of);
        for (digits, end) in [(first, 17), (second, 12), (third, 8), (last, 4)] {
            // Whole stores at fixed places, once the loop is unrolled.
            let place = out.len().checked_sub(end).and_then(|at| out.get_mut(at..));
            if let Some(place) = place.and_then(<[u8]>::first_chunk_mut) {
                *place = digits;
            }
        }
    }

    fn high(self) -> [u8; 4] {
        let [a, b, c, d, ..] = self.0;
        [a, b, c, d]
    }

    fn low(self) -> [u8; 4] {
        let [.., a, b, c, d] = self.0;
        [a, b, c, d]
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

/// Returns the hexadecimal digits of four bytes, all at once: each nibble gets a byte of its own,
/// and letters are shifted to where they stand in ASCII.
#[inline(always)]
fn hex_of(bytes: [u8; 4]) -> ([u8; 4], [u8; 4]) {
    let spread = u64::from(u32::from_le_bytes(bytes));
    let spread = (spread << 16 | spread) & 0x0000_ffff_0000_ffff;
    let spread = (spread << 8 | spread) & 0x00ff_00ff_00ff_00ff;
    let nibbles = (spread << 8 | spread >> 4) & 0x0f0f_0f0f_0f0f_0f0f;
    let letters = (nibbles + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101;
    let digits = nibbles + 0x3030_3030_3030_3030 + letters * u64::from(b'a' - b'0' - 10);
    let [a, b, c, d, e, f, g, h] = digits.to_le_bytes();
    ([a, b, c, d], [e, f, g, h])
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
