//! Halving a batch that the server found too large.

use crate::buffer::table::{Row, SEALED};
use crate::buffer::SpanBuffer;
use crate::encode::{count_spans, middle, spans_of};

impl SpanBuffer {
    /// Puts two waiting batches in the place of one. Returns false, and changes nothing, if it cannot
    /// be divided.
    pub(super) fn halve(&mut self, slot: usize) -> bool {
        let Some(whole) = self.chunks().row(slot).cloned() else {
            return false;
        };
        let encoded = self
            .chunks()
            .content(slot)
            .and_then(|body| body.get(whole.header..))
            .unwrap_or_default();
        let Some([older, newer]) = self.divided(encoded, whole.spans) else {
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
        let chunks = self.chunks_mut();
        chunks.release(slot);
        let first = chunks.insert(half(older.spans, older.header), older.body, whole.older);
        chunks.insert(half(newer.spans, newer.header), newer.body, first);
        self.publish();
        true
    }

    /// Returns two request bodies in the place of one, the older spans first, with their counts of
    /// spans. `None` if `body` is no request of ours with that many spans, two at least.
    pub fn halve_body(&self, body: &[u8], spans: usize) -> Option<[(usize, Vec<u8>); 2]> {
        let encoded = spans_of(body).filter(|encoded| count_spans(encoded) == Some(spans))?;
        let halves = self.divided(encoded, spans)?;
        Some(halves.map(|half| (half.spans, half.body)))
    }

    /// Divides encoded spans into two request bodies, the older spans first.
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
