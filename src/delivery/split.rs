//! Halving a batch that the server found too large.

use crate::buffer::table::{Row, SEALED};
use crate::buffer::SpanBuffer;
use crate::encode::protobuf::read_varint;

/// Tag of `TracesData.resource_spans`, `ResourceSpans.resource` and `ScopeSpans.scope`.
const FIRST: u8 = 0x0a;
/// Tag of `ResourceSpans.scope_spans`.
const SCOPE_SPANS: u8 = 0x12;
/// Tag of `ScopeSpans.spans`.
const SPAN: u8 = 0x12;

impl SpanBuffer {
    /// Two waiting batches in the place of one. False, and nothing has changed, if it cannot be
    /// divided.
    pub(super) fn halve(&mut self, slot: usize) -> bool {
        let Some(whole) = self.chunks().row(slot).cloned() else {
            return false;
        };
        let encoded = self
            .chunks()
            .content(slot)
            .and_then(|body| body.get(whole.header..))
            .unwrap_or_default();
        let Some([front, back]) = self.divided(encoded, whole.spans) else {
            return false;
        };
        let half = |spans: usize, header: usize| Row {
            state: SEALED,
            spans,
            header,
            start: 0,
            token: 0,
            ..whole.clone()
        };
        self.chunks_mut().release(slot);
        let first = self
            .chunks_mut()
            .insert(half(back.spans, back.header), back.body, whole.older);
        self.chunks_mut()
            .insert(half(front.spans, front.header), front.body, first);
        self.publish();
        true
    }

    /// Two request bodies in the place of one, newer spans first, with their counts of spans.
    /// Nothing if `body` is no request of ours with that many spans, two at least.
    pub fn halve_body(&self, body: &[u8], spans: usize) -> Option<[(usize, Vec<u8>); 2]> {
        let encoded = spans_of(body).filter(|encoded| count(encoded) == Some(spans))?;
        let halves = self.divided(encoded, spans)?;
        Some(halves.map(|half| (half.spans, half.body)))
    }

    /// Encoded spans as two request bodies, newer spans first.
    #[inline(never)]
    fn divided(&self, encoded: &[u8], spans: usize) -> Option<[Half; 2]> {
        let (front_spans, at) = middle(encoded, spans)?;
        let (front, back) = encoded.split_at_checked(at)?;
        let half = |spans: usize, encoded: &[u8]| {
            let (body, header) = self.chunks().body_of(encoded)?;
            Some(Half {
                spans,
                body,
                header,
            })
        };
        Some([half(front_spans, front)?, half(spans - front_spans, back)?])
    }
}

struct Half {
    spans: usize,
    body: Vec<u8>,
    header: usize,
}

/// The encoded spans of a request body of ours: one resource, one scope, spans to the end.
fn spans_of(mut body: &[u8]) -> Option<&[u8]> {
    let mut resource_spans = field(&mut body, FIRST)?;
    field(&mut resource_spans, FIRST)?;
    let mut scope_spans = field(&mut resource_spans, SCOPE_SPANS)?;
    field(&mut scope_spans, FIRST)?;
    (body.is_empty() && resource_spans.is_empty()).then_some(scope_spans)
}

/// How many spans these are; none if they are anything else.
fn count(mut encoded: &[u8]) -> Option<usize> {
    let mut spans = 0;
    while !encoded.is_empty() {
        field(&mut encoded, SPAN)?;
        spans += 1;
    }
    Some(spans)
}

/// Where the encoded spans divide into halves of about equal bytes, and how many stand in front.
fn middle(encoded: &[u8], spans: usize) -> Option<(usize, usize)> {
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

    #[test]
    fn divides_at_a_span() {
        let span = |len: u8| [vec![0x12, len], vec![0; usize::from(len)]].concat();
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
}
