//! Halving a batch that the server found too large.

use crate::buffer::SpanBuffer;
use crate::lease::Settled;
use crate::ledger::DropReason;
use crate::protobuf::{read_varint, Field, Fields};
use crate::table::{Row, SEALED};

/// Tag of `ScopeSpans.spans`.
const SPAN: u8 = 0x12;

impl SpanBuffer {
    /// Two batches in the place of one; a single span cannot be split and is lost.
    pub(crate) fn split(&mut self, slot: usize) -> Settled {
        let spans = self.arena.row(slot).map_or(0, |row| row.spans);
        if !self.halve(slot) {
            return self.lost(slot, DropReason::PayloadTooLarge);
        }
        // Two headers take more than one, which matters only at the very brim.
        while self.over_caps() && self.evict_oldest() {}
        self.publish();
        Settled {
            kept: spans as u64,
            ..Settled::default()
        }
    }

    /// Two waiting batches in the place of one. False, and nothing has changed, if it cannot be
    /// divided.
    pub(crate) fn halve(&mut self, slot: usize) -> bool {
        let Some(whole) = self.arena.row(slot).cloned() else {
            return false;
        };
        let encoded = self
            .arena
            .content(slot)
            .and_then(|body| body.get(whole.header..))
            .unwrap_or_default();
        let halves = middle(encoded, whole.spans).and_then(|(spans, at)| {
            let (front, back) = encoded.split_at_checked(at)?;
            Some((spans, self.arena.body_of(front)?, self.arena.body_of(back)?))
        });
        let Some((front_spans, front, back)) = halves else {
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
        self.arena.release(slot);
        let first = self
            .arena
            .insert(half(whole.spans - front_spans, back.1), back.0, whole.older);
        self.arena
            .insert(half(front_spans, front.1), front.0, first);
        self.publish();
        true
    }

    /// Two request bodies in the place of one, newer spans first, with their counts of spans.
    /// Nothing if `body` is no request of ours with that many spans, two at least.
    pub fn halve_body(&self, body: &[u8], spans: usize) -> Option<[(usize, Vec<u8>); 2]> {
        let encoded = spans_of(body).filter(|encoded| count(encoded) == Some(spans))?;
        let (front_spans, at) = middle(encoded, spans)?;
        let (front, back) = encoded.split_at_checked(at)?;
        Some([
            (front_spans, self.arena.body_of(front)?.0),
            (spans - front_spans, self.arena.body_of(back)?.0),
        ])
    }
}

/// The encoded spans of a request body of ours: one resource, one scope, spans to the end.
fn spans_of(body: &[u8]) -> Option<&[u8]> {
    let mut request = Fields(body);
    let (1, Field::Bytes(resource_spans)) = request.next()? else {
        return None;
    };
    let mut resource_spans = Fields(resource_spans);
    let (1, Field::Bytes(_)) = resource_spans.next()? else {
        return None;
    };
    let (2, Field::Bytes(scope_spans)) = resource_spans.next()? else {
        return None;
    };
    let mut scope_spans = Fields(scope_spans);
    let (1, Field::Bytes(_)) = scope_spans.next()? else {
        return None;
    };
    let ends_here = request.0.is_empty() && resource_spans.0.is_empty();
    ends_here.then_some(scope_spans.0)
}

/// How many spans these are; nothing if they are anything else.
fn count(mut encoded: &[u8]) -> Option<usize> {
    let mut spans = 0;
    while let Some(tag) = encoded.first() {
        if *tag != SPAN {
            return None;
        }
        encoded = encoded.get(span_len(encoded)?..)?;
        spans += 1;
    }
    Some(spans)
}

/// Where the encoded spans divide into halves of about equal bytes, and how many stand in front.
fn middle(encoded: &[u8], spans: usize) -> Option<(usize, usize)> {
    let mut at = 0usize;
    for count in 1..spans {
        at = at.checked_add(span_len(encoded.get(at..)?)?)?;
        let last_chance = count + 1 == spans;
        if last_chance || at >= encoded.len() / 2 {
            return Some((count, at));
        }
    }
    None
}

/// Bytes of the span at the front: one tag byte, its length, its body.
fn span_len(encoded: &[u8]) -> Option<usize> {
    let (body, prefix) = read_varint(encoded.get(1..)?)?;
    usize::try_from(body).ok()?.checked_add(prefix + 1)
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
