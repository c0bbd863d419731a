//! A protobuf writer that fills a buffer from its end.
//!
//! Written backwards, a nested message is complete when its header is due: one pass, no sizing,
//! no moving, canonical lengths. This file knows nothing of spans.

/// Writes fields in front of what stands in `buf[at..]`.
///
/// Running out of room sets a flag instead of panicking; the caller looks at it once, at the end.
#[derive(Debug)]
pub struct Writer<'a> {
    // Its length is the position, so that one comparison guards a write.
    free: &'a mut [u8],
    overflow: bool,
}

impl<'a> Writer<'a> {
    /// Starts in front of `buf[at..]`.
    pub fn new(buf: &'a mut [u8], at: usize) -> Self {
        let overflow = at > buf.len();
        let free = buf.get_mut(..at).unwrap_or_default();
        Self { free, overflow }
    }

    /// Returns a writer in the same place. What it writes stays only if it is kept.
    pub(crate) fn draft(&mut self) -> Writer<'_> {
        Writer {
            free: &mut *self.free,
            overflow: self.overflow,
        }
    }

    /// Returns how far a draft has come, and whether something did not fit.
    pub(crate) fn state(&self) -> (usize, bool) {
        (self.position(), self.overflow)
    }

    /// Keeps what a draft has written, which came so far.
    pub(crate) fn keep(&mut self, (position, overflow): (usize, bool)) {
        let free = core::mem::take(&mut self.free);
        self.free = free.get_mut(..position).unwrap_or_default();
        self.overflow = overflow;
    }

    /// Returns where the last byte written stands.
    #[inline(always)]
    pub fn position(&self) -> usize {
        self.free.len()
    }

    /// Whether something did not fit: what was written is then worthless.
    pub fn overflowed(&self) -> bool {
        self.overflow
    }

    /// Takes `len` bytes off the free room.
    #[inline(always)]
    fn room(&mut self, len: usize) -> Option<&'a mut [u8]> {
        let free = core::mem::take(&mut self.free);
        let Some(at) = free.len().checked_sub(len) else {
            self.free = free;
            self.overflow = true;
            return None;
        };
        let (rest, room) = free.split_at_mut_checked(at)?;
        self.free = rest;
        Some(room)
    }

    /// Writes raw bytes.
    #[inline(never)]
    pub fn bytes(&mut self, bytes: &[u8]) {
        if let Some(room) = self.room(bytes.len()) {
            copy(room, bytes);
        }
    }

    /// Writes bytes of a length that the compiler knows.
    #[inline(always)]
    pub(crate) fn array<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some(room) = self.array_room() {
            *room = bytes;
        }
    }

    /// Returns room for a value that is larger than a machine word, to be put together in place.
    /// Put together elsewhere, it would be stored in pieces and loaded as a whole, and processors
    /// wait for that.
    #[inline(always)]
    pub(crate) fn array_room<const N: usize>(&mut self) -> Option<&'a mut [u8; N]> {
        let free = core::mem::take(&mut self.free);
        if free.len() < N {
            self.free = free;
            self.overflow = true;
            return None;
        }
        let (rest, room) = free.split_last_chunk_mut()?;
        self.free = rest;
        Some(room)
    }

    /// Writes a base-128 varint.
    #[inline(always)]
    pub fn varint(&mut self, value: u64) {
        if value < 0x80 {
            self.array([(value & 0x7f) as u8]);
        } else {
            self.long_varint(value);
        }
    }

    #[inline(never)]
    fn long_varint(&mut self, mut value: u64) {
        if value < 0x4000 {
            self.array([(value & 0x7f) as u8 | 0x80, (value >> 7 & 0x7f) as u8]);
            return;
        }
        let mut out = [0u8; 10];
        let mut len = 0;
        for slot in &mut out {
            *slot = (value & 0x7f) as u8 | 0x80;
            value >>= 7;
            len += 1;
            if value == 0 {
                *slot &= 0x7f;
                break;
            }
        }
        self.bytes(out.get(..len).unwrap_or_default());
    }

    #[inline(always)]
    fn tag(&mut self, field: u32, wire_type: u32) {
        let tag = field << 3 | wire_type;
        if (0x80..0x4000).contains(&tag) {
            self.array([(tag & 0x7f) as u8 | 0x80, (tag >> 7 & 0x7f) as u8]);
        } else {
            self.varint(u64::from(tag));
        }
    }

    /// Writes tag and length of `len` bytes.
    #[inline(always)]
    fn header(&mut self, field: u32, len: usize) {
        if len < 0x80 && field < 0x10 {
            self.array([short_tag(field, 2), seven_bits(len)]);
        } else {
            self.long_header(field, len);
        }
    }

    #[inline(never)]
    fn long_header(&mut self, field: u32, len: usize) {
        if len < 0x4000 && field < 0x10 {
            self.array([
                short_tag(field, 2),
                seven_bits(len) | 0x80,
                seven_bits(len >> 7),
            ]);
            return;
        }
        self.varint(len as u64);
        self.tag(field, 2);
    }

    /// Writes a varint field.
    #[inline(always)]
    pub fn varint_field(&mut self, field: u32, value: u64) {
        if value < 0x80 && field < 0x10 {
            self.array([short_tag(field, 0), (value & 0x7f) as u8]);
        } else {
            self.long_varint_field(field, value);
        }
    }

    #[inline(never)]
    fn long_varint_field(&mut self, field: u32, value: u64) {
        self.varint(value);
        self.tag(field, 0);
    }

    /// Writes a `fixed64` or `double` field.
    #[inline]
    pub fn fixed64_field(&mut self, field: u32, value: u64) {
        if field < 0x10 {
            if let Some([tag, bytes @ ..]) = self.array_room::<9>() {
                *tag = short_tag(field, 1);
                *bytes = value.to_le_bytes();
            }
        } else {
            self.array(value.to_le_bytes());
            self.tag(field, 1);
        }
    }

    /// Writes a `fixed32` field.
    #[inline]
    pub fn fixed32_field(&mut self, field: u32, value: u32) {
        self.array(value.to_le_bytes());
        self.tag(field, 5);
    }

    /// Writes a bytes field of 8 bytes, its number below 16.
    #[inline(always)]
    pub(crate) fn eight_bytes_field(&mut self, field: u32, bytes: [u8; 8]) {
        if let Some([tag, len, room @ ..]) = self.array_room::<10>() {
            (*tag, *len) = (short_tag(field, 2), 8);
            *room = bytes;
        }
    }

    /// Writes a bytes field of twice 8 bytes, its number below 16.
    #[inline(always)]
    pub(crate) fn sixteen_bytes_field(&mut self, field: u32, halves: [[u8; 8]; 2]) {
        if let Some([tag, len, room @ ..]) = self.array_room::<18>() {
            (*tag, *len) = (short_tag(field, 2), 16);
            if let ([high, low], _) = room.as_chunks_mut() {
                [*high, *low] = halves;
            }
        }
    }

    /// Writes a string or bytes field.
    #[inline(never)]
    pub fn bytes_field(&mut self, field: u32, bytes: &[u8]) {
        let len = bytes.len();
        if len >= 0x80 || field >= 0x10 {
            self.bytes(bytes);
            self.long_header(field, len);
        } else if let Some((head, rest)) =
            self.room(len + 2).and_then(<[u8]>::split_first_chunk_mut)
        {
            *head = [short_tag(field, 2), seven_bits(len)];
            copy(rest, bytes);
        }
    }

    /// Makes all that was written since `end` the body of a message in `field`.
    #[inline(always)]
    pub fn close(&mut self, field: u32, end: usize) {
        self.header(field, end.saturating_sub(self.position()));
    }

    /// Makes all that was written since `end` the rest of a message in `field` that begins with `name`
    /// as its field 1.
    #[inline(never)]
    pub(crate) fn close_named(&mut self, field: u32, name: &[u8], end: usize) {
        self.close_short(field, name, end);
    }

    /// Makes the same, inlined where that pays.
    #[inline(always)]
    pub(crate) fn close_short(&mut self, field: u32, name: &[u8], end: usize) {
        let len = name.len() + 2 + end.saturating_sub(self.position());
        if len >= 0x80 || field >= 0x10 {
            self.close_long(field, name, end);
        } else if let Some((head, rest)) = self
            .room(name.len() + 4)
            .and_then(<[u8]>::split_first_chunk_mut)
        {
            *head = two_headers(field, len, 1, name.len());
            copy(rest, name);
        }
    }

    #[inline(never)]
    fn close_long(&mut self, field: u32, name: &[u8], end: usize) {
        self.bytes_field(1, name);
        self.close(field, end);
    }

    /// Writes a message in `field` with `name` as its field 1 and, in `value_field`, a message with
    /// `text` as its field 1. All lengths are known, so that short ones are checked once.
    #[inline(always)]
    pub(crate) fn named_text(&mut self, field: u32, name: &[u8], value_field: u32, text: &[u8]) {
        let len = name.len() + text.len() + 6;
        if len >= 0x80 || field >= 0x10 {
            self.long_named_text(field, name, value_field, text);
        } else if let Some((head, rest)) =
            self.room(len + 2).and_then(<[u8]>::split_first_chunk_mut)
        {
            *head = two_headers(field, len, 1, name.len());
            let Some((named, rest)) = rest.split_at_mut_checked(name.len()) else {
                return;
            };
            copy(named, name);
            if let Some((head, rest)) = rest.split_first_chunk_mut() {
                *head = two_headers(value_field, text.len() + 2, 1, text.len());
                copy(rest, text);
            }
        }
    }

    #[inline(never)]
    fn long_named_text(&mut self, field: u32, name: &[u8], value_field: u32, text: &[u8]) {
        let end = self.position();
        self.bytes_field(1, text);
        self.close(value_field, end);
        self.close_named(field, name, end);
    }
}

#[inline(always)]
fn seven_bits(len: usize) -> u8 {
    (len as u64 & 0x7f) as u8
}

#[inline(always)]
fn short_tag(field: u32, wire_type: u32) -> u8 {
    ((field << 3 | wire_type) & 0x7f) as u8
}

/// Returns tag and length of a message and of its first field, all of them short, to be written by
/// one store.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the caller has seen that they are short"
)]
fn two_headers(outer: u32, outer_len: usize, inner: u32, inner_len: usize) -> [u8; 4] {
    let outer = outer << 3 | 2 | (outer_len as u32) << 8;
    let inner = inner << 3 | 2 | (inner_len as u32) << 8;
    (outer | inner << 16).to_le_bytes()
}

/// Copies slices of equal length. Keys and values are short, and `memory.copy` costs a call that
/// eight bytes at a time do not; there is no loop here because it would become that call again.
#[inline(always)]
fn copy(to: &mut [u8], from: &[u8]) {
    match from.len() {
        0..4 => from.iter().zip(to).for_each(|(from, to)| *to = *from),
        4..8 => ends::<4>(to, from),
        8..=16 => ends::<8>(to, from),
        17..=32 => ends::<16>(to, from),
        33..=64 => ends::<32>(to, from),
        _ => to.copy_from_slice(from),
    }
}

/// Copies the first and the last `N` bytes, which together are all.
#[inline(always)]
fn ends<const N: usize>(to: &mut [u8], from: &[u8]) {
    let (Some(head), Some(tail)) = (from.first_chunk::<N>(), from.last_chunk::<N>()) else {
        return;
    };
    if let Some(room) = to.first_chunk_mut::<N>() {
        *room = *head;
    }
    if let Some(room) = to.last_chunk_mut::<N>() {
        *room = *tail;
    }
}

/// Reads a varint at the front of `bytes`: the value and how many bytes it took.
pub fn read_varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let (mut value, mut shift, mut len) = (0u64, 0, 0);
    for byte in bytes {
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        (shift, len) = (shift + 7, len + 1);
        if byte & 0x80 == 0 {
            return Some((value, len));
        }
    }
    None
}

/// One field of a message, as [`Fields`] finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<'a> {
    /// A varint or fixed-width number.
    Number(u64),
    /// A length-delimited value.
    Bytes(&'a [u8]),
}

/// Walks the fields of a message; stops for good at the first byte that makes no sense.
#[derive(Clone, Debug)]
pub struct Fields<'a>(pub &'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = (u32, Field<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let field = self.read();
        if field.is_none() {
            self.0 = &[];
        }
        field
    }
}

impl<'a> Fields<'a> {
    fn read(&mut self) -> Option<(u32, Field<'a>)> {
        let tag = self.number()?;
        let field = u32::try_from(tag >> 3).ok()?;
        let value = match tag & 7 {
            0 => Field::Number(self.number()?),
            1 => Field::Number(u64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            2 => {
                let len = usize::try_from(self.number()?).ok()?;
                Field::Bytes(self.take(len)?)
            }
            5 => Field::Number(u64::from(u32::from_le_bytes(
                self.take(4)?.try_into().ok()?,
            ))),
            _ => return None,
        };
        Some((field, value))
    }

    fn number(&mut self) -> Option<u64> {
        let (value, len) = read_varint(self.0)?;
        self.take(len)?;
        Some(value)
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(len)?;
        self.0 = tail;
        Some(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_read_back() {
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut buf = [0; 16];
            let mut writer = Writer::new(&mut buf, 16);
            writer.varint(value);
            let at = writer.position();
            assert_eq!(read_varint(&buf[at..]), Some((value, 16 - at)));
        }
    }

    /// Returns what `write` writes.
    #[cfg(not(target_family = "wasm"))]
    fn written(write: impl Fn(&mut Writer<'_>)) -> Vec<u8> {
        let mut buf = vec![0; 40_000];
        let mut writer = Writer::new(&mut buf, 40_000);
        write(&mut writer);
        assert!(!writer.overflowed());
        let at = writer.position();
        buf[at..].to_vec()
    }

    #[cfg(not(target_family = "wasm"))]
    #[test]
    fn numbers_and_texts_of_every_size_are_as_another_encoder_writes_them() {
        use prost::encoding::{bytes, fixed32, fixed64, uint64};
        // Around each size at which a tag, a number or a length takes one more byte.
        for field in [1, 15, 16, 17, 2_047, 2_048] {
            for value in [0, 1, 0x7f, 0x80, 0x81, 0x3fff, 0x4000, 0x4001, u64::MAX] {
                let (mut varint, mut fixed) = (Vec::new(), Vec::new());
                uint64::encode(field, &value, &mut varint);
                fixed64::encode(field, &value, &mut fixed);
                assert_eq!(written(|writer| writer.varint_field(field, value)), varint);
                assert_eq!(written(|writer| writer.fixed64_field(field, value)), fixed);
            }
            let mut fixed = Vec::new();
            fixed32::encode(field, &7, &mut fixed);
            assert_eq!(written(|writer| writer.fixed32_field(field, 7)), fixed);
            for len in (0..=140).chain([0x3ffa, 0x3fff, 0x4000, 0x4001]) {
                let text: Vec<u8> = (1..=255).cycle().take(len).collect();
                let message = |field: u32, content: &[u8]| {
                    let mut message = Vec::new();
                    bytes::encode(field, &content.to_vec(), &mut message);
                    message
                };
                let expected = message(field, &text);
                assert_eq!(written(|writer| writer.bytes_field(field, &text)), expected);
                let closed = written(|writer| {
                    writer.bytes(&text);
                    writer.close(field, 40_000);
                });
                assert_eq!(closed, expected);
                let named = message(field, &[message(1, b"key"), text.clone()].concat());
                let closed = written(|writer| {
                    writer.bytes(&text);
                    writer.close_named(field, b"key", 40_000);
                });
                assert_eq!(closed, named);
                let value = message(2, &message(1, &text));
                let pair = message(field, &[message(1, b"key"), value].concat());
                assert_eq!(
                    written(|writer| writer.named_text(field, b"key", 2, &text)),
                    pair
                );
            }
        }
    }

    #[test]
    fn a_full_buffer_is_a_flag_and_not_a_panic() {
        let mut buf = [0; 4];
        let mut writer = Writer::new(&mut buf, 4);
        writer.bytes_field(1, b"too long for it");
        writer.varint(5);
        assert!(writer.overflowed());
    }

    #[test]
    fn nested_messages_carry_their_length() {
        let mut buf = [0; 32];
        let mut writer = Writer::new(&mut buf, 32);
        let end = writer.position();
        writer.bytes_field(2, b"ab");
        writer.varint_field(1, 300);
        writer.close(3, end);
        let at = writer.position();
        let outer: Vec<_> = Fields(&buf[at..]).collect();
        let [(3, Field::Bytes(inner))] = outer[..] else {
            panic!("{outer:?}")
        };
        let fields: Vec<_> = Fields(inner).collect();
        assert_eq!(fields, [(1, Field::Number(300)), (2, Field::Bytes(b"ab"))]);
    }

    #[test]
    fn numbers_of_fixed_width_are_read() {
        let mut buf = [0; 32];
        let mut writer = Writer::new(&mut buf, 32);
        writer.fixed32_field(2, 0x0403_0201);
        writer.fixed64_field(1, 0x0807_0605_0403_0201);
        let at = writer.position();
        let fields: Vec<_> = Fields(&buf[at..]).collect();
        let [first, second] = [0x0807_0605_0403_0201, 0x0403_0201].map(Field::Number);
        assert_eq!(fields, [(1, first), (2, second)]);
    }

    #[test]
    fn garbage_ends_the_walk() {
        assert_eq!(Fields(&[0xff; 20]).count(), 0);
        assert_eq!(Fields(&[0x0a, 0x05, 1]).count(), 0);
    }
}
