//! The request around encoded spans: its header, and how its spans are found again.

use crate::encode::fields::SCOPE_SPANS_SPANS;
use crate::encode::protobuf::{read_varint, Writer};

/// Longest encoding of the tags and lengths around resource and scope.
const FRAME_BYTES: usize = 12;

/// Tag of `TracesData.resource_spans`, `ResourceSpans.resource` and `ScopeSpans.scope`.
const FIRST: u8 = 0x0a;
/// Tag of `ResourceSpans.scope_spans`.
const SCOPE_SPANS: u8 = 0x12;
/// Tag of `ScopeSpans.spans`.
const SPAN: u8 = 0x12;
const _: () = assert!(SPAN as u32 == SCOPE_SPANS_SPANS << 3 | 2);

/// What stands in front of the spans in every request of a buffer.
#[derive(Debug)]
pub(crate) struct Header {
    /// The encoded `resource` field of `ResourceSpans`.
    resource: Vec<u8>,
    /// The encoded `scope` field of `ScopeSpans`.
    scope: Vec<u8>,
}

impl Header {
    pub(crate) fn new(resource: Vec<u8>, scope: Vec<u8>) -> Self {
        Self { resource, scope }
    }

    /// Returns the bytes that it takes in front of so many bytes of spans.
    pub(crate) fn bytes(&self, spans: usize) -> usize {
        let scope_spans = self.scope.len() + spans;
        let resource_spans = self.resource.len() + message_bytes(scope_spans);
        message_bytes(resource_spans) - spans
    }

    /// Returns the most bytes that it can take.
    pub(crate) fn bound(&self) -> usize {
        self.resource.len() + self.scope.len() + FRAME_BYTES
    }

    /// Writes it in front of spans that reach to `end`.
    pub(crate) fn write(&self, writer: &mut Writer<'_>, end: usize) {
        writer.bytes(&self.scope);
        writer.close(2, end);
        writer.bytes(&self.resource);
        writer.close(1, end);
    }
}

/// Returns the bytes of a message with its tag and its length.
fn message_bytes(content: usize) -> usize {
    let bits = usize::BITS - (content | 1).leading_zeros();
    1 + bits.div_ceil(7) as usize + content
}

/// Returns the spans of a request body of ours: one resource, one scope, spans to the end.
pub(crate) fn spans_of(mut body: &[u8]) -> Option<&[u8]> {
    let mut resource_spans = field(&mut body, FIRST)?;
    field(&mut resource_spans, FIRST)?;
    let mut scope_spans = field(&mut resource_spans, SCOPE_SPANS)?;
    field(&mut scope_spans, FIRST)?;
    (body.is_empty() && resource_spans.is_empty()).then_some(scope_spans)
}

/// Counts encoded spans; `None` if they are anything else.
pub(crate) fn count_spans(mut encoded: &[u8]) -> Option<usize> {
    let mut spans = 0;
    while !encoded.is_empty() {
        field(&mut encoded, SPAN)?;
        spans += 1;
    }
    Some(spans)
}

/// Returns where encoded spans divide into halves of about equal bytes, and how many stand in front.
pub(crate) fn middle(encoded: &[u8], spans: usize) -> Option<(usize, usize)> {
    let mut rest = encoded;
    for count in 1..spans {
        field(&mut rest, SPAN)?;
        let at = encoded.len() - rest.len();
        let last_chance = count + 1 == spans;
        if last_chance || at >= encoded.len() / 2 {
            return Some((count, at));
        }
    }
    None
}

/// Takes the first of the encoded spans, its tag and length included.
#[inline]
pub(crate) fn next_span<'a>(encoded: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (span, rest) = encoded.split_at_checked(span_bytes(encoded)?)?;
    *encoded = rest;
    Some(span)
}

/// Returns how many bytes the first span takes, as its length says.
#[inline]
fn span_bytes(encoded: &[u8]) -> Option<usize> {
    match *encoded {
        // Most spans are of this size, and this is passed once for each of them.
        [SPAN, low @ 0x80..=0xff, high @ 0..=0x7f, ..] => {
            Some(3 + (usize::from(low) & 0x7f | usize::from(high) << 7))
        }
        [SPAN, ref rest @ ..] => {
            let (len, prefix) = read_varint(rest)?;
            usize::try_from(len).ok()?.checked_add(1 + prefix)
        }
        _ => None,
    }
}

/// Brings encoded spans into the opposite order without any memory, by touching each byte twice.
#[cold]
#[inline(never)]
pub(crate) fn reverse_spans(encoded: &mut [u8]) {
    let mut begin = 0;
    while let Some(bytes) = encoded.get(begin..).and_then(span_bytes) {
        let end = begin.saturating_add(bytes);
        reverse(encoded.get_mut(begin..end));
        begin = end;
    }
    reverse(Some(encoded));
}

// One copy of the loop is enough.
#[inline(never)]
fn reverse(bytes: Option<&mut [u8]>) {
    bytes.unwrap_or_default().reverse();
}

/// Takes the field that `bytes` begins with, if this is its tag.
#[inline(never)]
fn field<'a>(bytes: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (first, rest) = bytes.split_first()?;
    if *first != tag {
        return None;
    }
    let (len, prefix) = read_varint(rest)?;
    let content = rest.get(prefix..)?;
    let (value, behind) = content.split_at_checked(usize::try_from(len).ok()?)?;
    *bytes = behind;
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(len: u8) -> Vec<u8> {
        [vec![0x12, len], vec![len; usize::from(len)]].concat()
    }

    #[test]
    fn divides_at_a_span() {
        let encoded = [span(10), span(3), span(40), span(5)].concat();
        assert_eq!(middle(&encoded, 4), Some((3, 12 + 5 + 42)));
        assert_eq!(middle(&encoded[..12], 1), None);
        assert_eq!(middle(&[span(40), span(5)].concat(), 2), Some((1, 42)));
    }

    #[test]
    fn lengths_beyond_all_memory_divide_nothing() {
        let huge = [0x12, 0xf0, 255, 255, 255, 255, 255, 255, 255, 255, 1];
        assert_eq!(
            middle(&[[0x12, 4, 0, 0, 0, 0].as_slice(), &huge].concat(), 3),
            None
        );
        assert_eq!(
            middle(&[0x12, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1], 2),
            None
        );
    }

    #[test]
    fn spans_are_taken_off_one_by_one() {
        let long = [vec![SPAN, 0xc8, 0x01], vec![0; 200]].concat();
        let longer = [vec![SPAN, 0xd0, 0x86, 0x03], vec![0; 50_000]].concat();
        let all = [span(10), span(0), span(127), long, longer];
        let encoded = all.concat();
        let mut rest = encoded.as_slice();
        for each in &all {
            assert_eq!(next_span(&mut rest), Some(each.as_slice()));
        }
        assert_eq!(next_span(&mut rest), None);
        for broken in [&encoded[1..], &encoded[..11], &[SPAN], &[SPAN, 0xff, 0x7f]] {
            let mut rest = broken;
            assert_eq!(next_span(&mut rest), None);
            assert_eq!(rest, broken);
        }
    }

    #[test]
    fn a_header_takes_as_many_bytes_as_it_says() {
        for spans in [
            0,
            1,
            100,
            113,
            114,
            115,
            128,
            16_300,
            16_383,
            16_384,
            2_097_152,
            1 << 28,
        ] {
            for header in [
                Header::new(vec![1; 5], vec![2; 7]),
                Header::new(vec![], vec![]),
            ] {
                let mut buffer = [0; 64];
                let mut writer = Writer::new(&mut buffer, 64);
                header.write(&mut writer, 64 + spans);
                assert_eq!(header.bytes(spans), 64 - writer.position(), "{spans}");
                assert!(header.bytes(spans) <= header.bound());
            }
        }
    }

    #[test]
    fn spans_are_found_only_in_a_request_that_ends_with_them() {
        let message = |tag: u8, content: &[u8]| {
            let len = u8::try_from(content.len()).unwrap();
            [&[tag, len], content].concat()
        };
        let spans = [span(3), span(5)].concat();
        let scope_spans = [message(FIRST, b"scope"), spans.clone()].concat();
        let resource_spans = |behind: &[u8]| {
            let scope_spans = message(SCOPE_SPANS, &scope_spans);
            let content = [&message(FIRST, b"resource"), scope_spans.as_slice(), behind].concat();
            message(FIRST, &content)
        };
        assert_eq!(spans_of(&resource_spans(&[])), Some(spans.as_slice()));
        assert_eq!(spans_of(&resource_spans(&[SCOPE_SPANS, 0])), None);
        assert_eq!(
            spans_of(&[resource_spans(&[]), vec![FIRST, 0]].concat()),
            None
        );
    }

    #[test]
    fn spans_change_their_order_and_nothing_else() {
        let all = [10, 0, 127, 3].map(span);
        let mut encoded = all.concat();
        reverse_spans(&mut encoded);
        let [a, b, c, d] = all;
        assert_eq!(encoded, [d, c, b, a].concat());
        let mut one = span(5);
        reverse_spans(&mut one);
        assert_eq!(one, span(5));
    }
}
