//! Halving a batch that the server found too large.

use crate::buffer::SpanBuffer;
use crate::lease::Settled;
use crate::ledger::DropReason;
use crate::protobuf::read_varint;
use crate::table::{Row, SEALED};

impl SpanBuffer {
    /// Two batches in the place of one; a single span cannot be split and is lost.
    pub(crate) fn split(&mut self, slot: usize) -> Settled {
        let Some(row) = self.arena.row(slot) else {
            return Settled::default();
        };
        let (whole, header) = (row.clone(), row.header);
        let encoded = self
            .arena
            .content(slot)
            .and_then(|body| body.get(header..))
            .unwrap_or_default();
        let halves = halve(encoded, whole.spans).and_then(|(spans, at)| {
            let (front, back) = encoded.split_at_checked(at)?;
            Some((spans, self.arena.body_of(front)?, self.arena.body_of(back)?))
        });
        let Some((front_spans, front, back)) = halves else {
            return self.lost(slot, DropReason::PayloadTooLarge);
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
        // Two headers take more than one, which matters only at the very brim.
        while self.over_caps() && self.evict_oldest() {}
        self.publish();
        Settled {
            kept: whole.spans as u64,
            ..Settled::default()
        }
    }
}

/// Where the encoded spans divide into halves of about equal bytes, and how many stand in front.
fn halve(encoded: &[u8], spans: usize) -> Option<(usize, usize)> {
    let mut at = 0;
    for count in 1..spans {
        at += span_len(encoded.get(at..)?)?;
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
        assert_eq!(halve(&encoded, 4), Some((3, 12 + 5 + 42)));
        assert_eq!(halve(&encoded[..12], 1), None);
        assert_eq!(halve(&[span(40), span(5)].concat(), 2), Some((1, 42)));
    }
}
