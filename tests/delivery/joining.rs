//! Joining in the model: which batches must be joined, and which must not.

use crate::common::table::{chunks, Chunk};
use crate::model::Model;
use laminar_edge::Outcome;

/// A header may be a few bytes shorter than the space reserved for it.
pub(crate) const FRAME_BYTES: usize = 12;
/// More bytes than the headers of all possible halves take.
const HALVES_BYTES: usize = 300 * 32;

/// A lease and the conditions under which it was taken.
#[derive(Debug)]
pub(crate) struct Joining<'a> {
    pub(crate) numbers: &'a [u64],
    pub(crate) body_bytes: usize,
    /// The first span behind the horizon.
    pub(crate) behind: u64,
    pub(crate) max_bytes: usize,
    pub(crate) sending: bool,
    /// Whether a batch was halved before, so that the memory is not known to the byte.
    pub(crate) halved: bool,
}

impl Model {
    /// Compares with the chunks before: joined are neighbours of one kind, within the caps, and as
    /// many as fit.
    pub(crate) fn joined(&mut self, before: &[Chunk], allocated: usize, lease: &Joining<'_>) {
        if self.check_joined(before, allocated, lease) {
            let since = self.known(lease.numbers[0]).since;
            let limits = *self.buffer.limits();
            for number in lease.numbers {
                let known = self.known_mut(*number);
                (known.since, known.limits) = (since, limits);
            }
        }
    }

    /// Returns whether anything was joined.
    fn check_joined(&self, before: &[Chunk], allocated: usize, lease: &Joining<'_>) -> bool {
        let Joining {
            numbers,
            body_bytes,
            halved,
            ..
        } = *lease;
        let to = self.known(numbers[0]).to.index();
        let own = before.iter().filter(|chunk| chunk.row.destination == to);
        let mut own = own.skip_while(|chunk| !chunk.spans.contains(&numbers[0]));
        let whole = own.next().unwrap();
        let part = whole.spans.iter().filter(|span| numbers.contains(span));
        let (part, mut rest) = numbers.split_at(part.count());
        let to_its_end = whole.spans.ends_with(part);
        let joined = !rest.is_empty();
        assert!(to_its_end || !joined, "{lease:?} left some out");
        let alike = |chunk: &Chunk| {
            chunk.sealed()
                && chunk.row.handed == whole.row.handed
                && chunk.row.ambiguous == whole.row.ambiguous
                && self.known(chunk.spans[0]).since < lease.behind
        };
        let mut next = own.next();
        while !rest.is_empty() {
            let chunk = next.unwrap();
            assert!(alike(chunk), "{chunk:?} in {lease:?}");
            assert!(rest.starts_with(&chunk.spans), "{chunk:?} in {lease:?}");
            rest = &rest[chunk.spans.len()..];
            next = own.next();
        }
        let limits = *self.buffer.limits();
        let worth = self.worth(lease, whole);
        let cap = limits.max_export_batch_size_bytes.min(worth);
        let room = limits.max_queue_bytes.saturating_sub(allocated);
        if joined {
            assert!(numbers.len() <= limits.max_export_batch_size);
            assert!(body_bytes <= cap, "{lease:?}");
            assert!(halved || body_bytes <= room, "{lease:?}");
        }
        if let Some(chunk) = next.filter(|chunk| to_its_end && alike(chunk)) {
            let spans = numbers.len() + chunk.spans.len();
            let encoded = chunk.row.capacity - chunk.row.start - chunk.row.header;
            let bytes = body_bytes + encoded + FRAME_BYTES;
            let halves = if halved { HALVES_BYTES } else { 0 };
            assert!(
                spans > limits.max_export_batch_size || bytes > cap || bytes + halves > room,
                "{chunk:?} could have been in {lease:?}"
            );
        }
        joined
    }

    /// Returns how many bytes may be joined for this destination.
    fn worth(&self, lease: &Joining<'_>, oldest: &Chunk) -> usize {
        if !lease.sending {
            return lease.max_bytes;
        }
        let (enough, taking) = self.answers[oldest.row.destination];
        if oldest.row.ambiguous > 0 && !taking {
            return 0;
        }
        lease.max_bytes.min(enough)
    }

    /// Notes an answer, which says whether its destination accepts batches.
    pub(crate) fn answered(&mut self, hold: usize, outcome: Outcome) {
        let handed = self.holds[hold].handed;
        let first = self.holds[hold].spans[0];
        let chunks = chunks(&self.buffer);
        let chunk = chunks.iter().find(|chunk| chunk.spans.contains(&first));
        let bytes = chunk.unwrap().bytes;
        let to = self.known(first).to.index();
        let (enough, taking) = &mut self.answers[to];
        if handed {
            *taking = matches!(outcome, Outcome::Accepted { .. });
        }
        if outcome == Outcome::TooLarge {
            *enough = bytes.div_euclid(2).min(*enough);
        }
    }
}
