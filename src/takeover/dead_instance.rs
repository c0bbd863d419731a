//! Reads what a dead instance left behind out of its memory, which nobody trusts: the trap may have
//! come in the middle of a write.
//!
//! The layout is that of [`table`](crate::buffer::table) in 32-bit wasm, whatever this buffer runs on.

use crate::buffer::table::{fold, LABELS, LEASED, MAGIC, OPEN, SEALED, VERSION};
use crate::buffer::{zeroed, DestinationId, DropReason, SpanBuffer};
use crate::takeover::adopt::{Adopted, AdoptedLease, Counters};

/// Bytes of a root, and of its part that the checksum covers.
const ROOT_BYTES: usize = ROOT_SIGNED_BYTES + 24;
const ROOT_SIGNED_BYTES: usize = 64 + 8 * (DropReason::COUNT + LABELS);
/// Bytes of a row up to its checksum, which covers all of them.
const ROW_SIGNED_BYTES: usize = 72;

// The instance that reads is of the same build as the one that wrote.
#[cfg(target_pointer_width = "32")]
const _: () = {
    use crate::buffer::table::{Root, Row};
    assert!(size_of::<Root>() == ROOT_BYTES);
    assert!(core::mem::offset_of!(Root, checksum) == ROOT_SIGNED_BYTES);
    assert!(core::mem::offset_of!(Row, checksum) == ROW_SIGNED_BYTES);
};

/// The memory of an instance that is never called again.
pub trait DeadMemory {
    /// Copies what is at `address`. Returns false if that is not all inside of the memory.
    fn read(&self, address: u32, into: &mut [u8]) -> bool;
}

/// What stands at the root.
struct Root {
    counters: Counters,
    dropped: [u64; DropReason::COUNT],
    #[cfg(feature = "redact")]
    redacted: [u64; LABELS],
    /// Number of the newest lease.
    newest_lease: u32,
    /// Has a guard of its own, because it changes with every span.
    recorded: Option<u64>,
    /// Where the rows are, unless the root is damaged.
    rows: Option<Rows>,
}

#[derive(Clone, Copy)]
struct Rows {
    address: u32,
    len: u32,
    row_bytes: u32,
    oldest: u32,
}

/// A chunk, and the row of the next newer one.
struct Row {
    state: u32,
    destination: u32,
    address: u32,
    bytes: usize,
    token: u32,
    handed: bool,
    ambiguous: u32,
    newer: u32,
    leased_at_ms: f64,
    expires_at_ms: f64,
    spans: u32,
}

/// Returns the destinations of a dead instance's chunks, by their numbers there, each once.
pub fn destinations_in_use(memory: &dyn DeadMemory, root: u32) -> Vec<u32> {
    let mut numbers = Vec::new();
    let rows = Root::read(memory, root).rows;
    each_row(memory, rows, &mut |row| {
        if !numbers.contains(&row.destination) {
            numbers.push(row.destination);
        }
    });
    numbers
}

/// Reads the rows, oldest first and up to the first that is damaged.
fn each_row(memory: &dyn DeadMemory, rows: Option<Rows>, take: &mut dyn FnMut(&Row)) {
    let Some(rows) = rows else { return };
    let mut slot = rows.oldest;
    for _ in 0..rows.len {
        let Some(row) = Row::read(memory, rows, slot) else {
            return;
        };
        take(&row);
        slot = row.newer;
    }
}

impl SpanBuffer {
    /// Adds the counters of a dead instance, whose root is at `root`. This comes first, so that a trap
    /// in the middle of the takeover can lose spans but not the knowledge of them.
    pub fn take_over_counters(&mut self, memory: &dyn DeadMemory, root: u32) {
        let root = Root::read(memory, root);
        // JavaScript knows answers by these numbers, and they may come when this buffer has leases of
        // its own: an answer that the dead instance has settled must not settle one of them.
        self.reserve_token(root.newest_lease);
        self.adopt_counters(Counters {
            recorded: root.recorded.unwrap_or_else(|| root.settled()),
            ..root.counters
        });
        for (reason, spans) in DropReason::ALL.into_iter().zip(root.dropped) {
            self.adopt_dropped(reason, spans);
        }
        #[cfg(feature = "redact")]
        self.count_redacted(&laminar_edge_redact::Redacted::narrowed(&root.redacted));
    }

    /// Takes the chunks of a dead instance over, oldest first and up to the first that is damaged, and
    /// counts as lost what is not among them. `destination_of` returns this buffer's destination for a
    /// number of the dead instance.
    pub fn take_over_chunks(
        &mut self,
        memory: &dyn DeadMemory,
        root: u32,
        destination_of: &dyn Fn(u32) -> Option<DestinationId>,
    ) {
        let root = Root::read(memory, root);
        let mut found = 0;
        each_row(memory, root.rows, &mut |row| {
            // Counted whether or not there is room for them.
            found += u64::from(row.spans);
            self.take_over_chunk(memory, row, destination_of(row.destination));
        });
        if root.recorded.is_none() {
            self.adopt_counters(Counters {
                recorded: found,
                ..Counters::default()
            });
        }
        self.reconcile();
    }

    fn take_over_chunk(
        &mut self,
        memory: &dyn DeadMemory,
        row: &Row,
        destination: Option<DestinationId>,
    ) -> Option<()> {
        let destination = destination.filter(|_| row.spans > 0)?;
        let newest_first = row.state == OPEN;
        if !newest_first && row.state != SEALED && row.state != LEASED {
            return None;
        }
        if row.bytes > self.limits().max_queue_bytes {
            return None;
        }
        let mut encoded = zeroed(row.bytes)?;
        if !memory.read(row.address, &mut encoded) {
            return None;
        }
        // A lease whose body was not handed to the network is nobody's now: the batch is free again.
        let lease = (row.state == LEASED && row.handed).then_some(AdoptedLease {
            token: row.token,
            handed: true,
            leased_at_ms: row.leased_at_ms,
            expires_at_ms: row.expires_at_ms,
        });
        let chunk = Adopted {
            destination,
            spans: usize::try_from(row.spans).ok()?,
            newest_first,
            ambiguous: row.ambiguous,
            lease,
        };
        self.adopt(&chunk, &encoded).then_some(())
    }
}

impl Root {
    /// Reads the root. What is damaged counts as zero.
    fn read(memory: &dyn DeadMemory, address: u32) -> Self {
        let mut bytes = [0; ROOT_BYTES];
        let readable = memory.read(address, &mut bytes);
        let mut words = Words(&bytes);
        let (magic, version) = (words.u32(), words.u32());
        let rows = Rows {
            address: words.u32(),
            len: words.u32(),
            row_bytes: words.u32(),
            oldest: words.u32(),
        };
        let counters = Counters {
            exported: words.u64(),
            rejected: words.u64(),
            redelivered: words.u64(),
            spilled: words.u64(),
            handed: words.u64(),
            recorded: 0,
        };
        let dropped = core::array::from_fn(|_| words.u64());
        #[cfg(feature = "redact")]
        let redacted = core::array::from_fn(|_| words.u64());
        let (checksum, newest_lease) = (words.u32(), words.u32());
        let (recorded, guard) = (words.u64(), words.u64());
        let signed = bytes.get(..ROOT_SIGNED_BYTES).unwrap_or_default();
        let sound =
            readable && (magic, version) == (MAGIC, VERSION) && checksum == checksum_of(signed);
        Self {
            counters: if sound { counters } else { Counters::default() },
            dropped: if sound {
                dropped
            } else {
                [0; DropReason::COUNT]
            },
            #[cfg(feature = "redact")]
            redacted: if sound { redacted } else { [0; LABELS] },
            newest_lease,
            recorded: (readable && recorded == !guard).then_some(recorded),
            rows: sound.then_some(rows),
        }
    }

    /// Spans of which it is known what became of them.
    fn settled(&self) -> u64 {
        let Counters {
            exported,
            rejected,
            spilled,
            handed,
            ..
        } = self.counters;
        exported + rejected + spilled + handed + self.dropped.iter().sum::<u64>()
    }
}

impl Row {
    /// Reads a row; `None` if there is none or it is damaged.
    fn read(memory: &dyn DeadMemory, rows: Rows, slot: u32) -> Option<Self> {
        if slot >= rows.len {
            return None;
        }
        let address = slot
            .checked_mul(rows.row_bytes)?
            .checked_add(rows.address)?;
        let mut bytes = [0; ROW_SIGNED_BYTES + 4];
        if !memory.read(address, &mut bytes) {
            return None;
        }
        let mut words = Words(&bytes);
        let (state, destination, _sequence) = (words.u32(), words.u32(), words.u32());
        let (data, capacity, header) = (words.u32(), words.u32(), words.u32());
        let (token, _beats) = (words.u32(), words.u32());
        let (handed, ambiguous) = (words.u32() == 1, words.u32());
        let (_older, newer) = (words.u32(), words.u32());
        let (leased_at_ms, expires_at_ms) = (words.f64(), words.f64());
        let (spans, start) = (words.u32(), words.u32());
        let signed = bytes.get(..ROW_SIGNED_BYTES).unwrap_or_default();
        if words.u32() != checksum_of(signed) {
            return None;
        }
        let from = start.checked_add(header)?;
        Some(Self {
            state,
            destination,
            address: data.checked_add(from)?,
            bytes: usize::try_from(capacity.checked_sub(from)?).ok()?,
            token,
            handed,
            ambiguous,
            newer,
            leased_at_ms,
            expires_at_ms,
            spans,
        })
    }
}

fn checksum_of(bytes: &[u8]) -> u32 {
    let mut words = Words(bytes);
    (0..bytes.len() / 4).fold(0, |sum, _| fold(sum, words.u32()))
}

/// Little-endian words, one after another; zero behind the end.
struct Words<'a>(&'a [u8]);

impl Words<'_> {
    fn take<const BYTES: usize>(&mut self) -> [u8; BYTES] {
        let Some((word, rest)) = self.0.split_first_chunk() else {
            return [0; BYTES];
        };
        self.0 = rest;
        *word
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    fn f64(&mut self) -> f64 {
        f64::from_le_bytes(self.take())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    const DATA: usize = 1_024;
    const ROWS: usize = 512;

    /// A memory with a root at 0, one row for each chunk, and the chunks' spans.
    struct Image(Vec<u8>);

    impl DeadMemory for Image {
        fn read(&self, address: u32, into: &mut [u8]) -> bool {
            let at = address as usize;
            let found = self.0.get(at..at + into.len());
            found.map(|bytes| into.copy_from_slice(bytes)).is_some()
        }
    }

    impl Image {
        fn put(&mut self, at: usize, words: &[u32]) {
            for (index, word) in words.iter().enumerate() {
                let at = at + 4 * index;
                self.0[at..at + 4].copy_from_slice(&word.to_le_bytes());
            }
        }

        fn sign(&mut self, at: usize, bytes: usize) {
            let sum = checksum_of(&self.0[at..at + bytes]);
            self.put(at + bytes, &[sum]);
        }

        /// Ten recorded, three exported, one dropped as evicted; chunks of one span each.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "addresses of a small image"
        )]
        fn with(states: &[u32]) -> Self {
            let mut image = Self(vec![0; 2_048]);
            let len = u32::try_from(states.len()).unwrap();
            image.put(0, &[MAGIC, VERSION, ROWS as u32, len, 104, 0, 3, 0]);
            image.put(64, &[1, 0]);
            image.sign(0, ROOT_SIGNED_BYTES);
            image.put(ROOT_SIGNED_BYTES + 4, &[20, 10, 0, !10, !0]);
            for (slot, state) in states.iter().enumerate() {
                let data = DATA + 16 * slot;
                image.0[data + 4..data + 9].copy_from_slice(&[0x12, 3, 0x2a, 1, b'a']);
                let newer = slot as u32 + 1;
                let row = [*state, 0, 0, data as u32, 9, 0, 7, 0, 1, 0, u32::MAX, newer];
                let at = ROWS + 104 * slot;
                image.put(at, &row);
                image.put(at + 64, &[1, 4]);
                image.sign(at, ROW_SIGNED_BYTES);
            }
            image
        }

        fn taken_over(&self) -> SpanBuffer {
            let mut buffer = SpanBuffer::new(Limits::default(), &[]);
            let id = buffer.destination("http://localhost/v1/traces", "k");
            buffer.take_over_counters(self, 0);
            buffer.take_over_chunks(self, 0, &|number| (number == 0).then_some(id));
            assert!(buffer.stats().is_balanced());
            buffer
        }
    }

    #[test]
    fn counters_and_chunks_go_over_and_the_rest_is_lost() {
        let stats = Image::with(&[SEALED, OPEN, LEASED]).taken_over().stats();
        assert_eq!((stats.recorded, stats.exported), (10, 3));
        assert_eq!((stats.buffered, stats.in_flight), (2, 1));
        assert_eq!(
            stats.dropped,
            [(DropReason::Evicted, 1), (DropReason::Trap, 3)]
        );
    }

    #[test]
    fn destinations_of_chunks_are_named_once_each() {
        let mut image = Image::with(&[SEALED, OPEN, LEASED, SEALED]);
        for (slot, destination) in [(0, 5), (1, 2), (2, 5), (3, 9)] {
            let at = ROWS + 104 * slot;
            image.put(at + 4, &[destination]);
            image.sign(at, ROW_SIGNED_BYTES);
        }
        assert_eq!(destinations_in_use(&image, 0), [5, 2, 9]);
        // Up to the first row that is damaged.
        image.put(ROWS + 104 + 4, &[3]);
        assert_eq!(destinations_in_use(&image, 0), [5]);
        image.put(0, &[0]);
        assert_eq!(destinations_in_use(&image, 0), [0; 0]);
    }

    #[test]
    fn no_number_of_a_lease_comes_again() {
        let mut buffer = Image::with(&[SEALED, LEASED]).taken_over();
        let horizon = buffer.seal();
        let lease = buffer.lease(horizon, &[], 0.0, 1.0).unwrap();
        assert_eq!(lease.id.token(), 21);
        assert!(buffer.lease_with(7).is_some());
    }

    #[test]
    fn each_damaged_byte_costs_spans_and_not_their_count() {
        let sound = Image::with(&[SEALED, SEALED, SEALED]);
        for at in 0..ROWS + 3 * 104 {
            let mut image = Image(sound.0.clone());
            image.0[at] ^= 0x55;
            let stats = image.taken_over().stats();
            let recorded_is_damaged = (ROOT_SIGNED_BYTES + 8..ROOT_BYTES).contains(&at);
            let root_is_damaged = at < ROOT_SIGNED_BYTES + 4;
            assert!(stats.recorded == 10 || recorded_is_damaged, "{at}");
            if recorded_is_damaged {
                assert_eq!(stats.recorded, 7, "{at}");
            }
            if root_is_damaged {
                assert_eq!((stats.buffered, stats.exported), (0, 0), "{at}");
            }
        }
    }

    #[test]
    fn an_unknown_destination_and_an_unknown_state_are_passed_over() {
        let mut image = Image::with(&[SEALED, 9, SEALED]);
        image.put(ROWS + 4, &[5]);
        image.sign(ROWS, ROW_SIGNED_BYTES);
        assert_eq!(image.taken_over().stats().buffered, 1);
    }

    #[test]
    fn without_the_count_of_recorded_spans_all_that_is_known_of_counts() {
        let mut image = Image::with(&[SEALED]);
        // Rejected, redelivered, spilled and handed, of 64 bits each.
        image.put(32, &[2, 0, 50, 0, 4, 0, 5, 0]);
        image.sign(0, ROOT_SIGNED_BYTES);
        // The guard of the count.
        image.put(ROOT_SIGNED_BYTES + 16, &[0]);
        let stats = image.taken_over().stats();
        assert_eq!((stats.exported, stats.rejected), (3, 2));
        assert_eq!((stats.redelivered, stats.spilled), (50, 4));
        assert_eq!((stats.handed, stats.buffered), (5, 1));
        assert_eq!(stats.dropped, [(DropReason::Evicted, 1)]);
        assert_eq!(stats.recorded, 3 + 2 + 4 + 5 + 1 + 1);
    }

    #[test]
    fn a_checksum_covers_each_word_once() {
        let words = [1u32, 2, 3];
        let bytes: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).collect();
        assert_eq!(checksum_of(&bytes), words.into_iter().fold(0, fold));
    }

    #[test]
    fn a_chunk_that_has_no_span_yet_is_no_batch() {
        let mut image = Image::with(&[OPEN]);
        // No span, and a content that begins at the end of the buffer.
        image.put(ROWS + 64, &[0, 9]);
        image.sign(ROWS, ROW_SIGNED_BYTES);
        let mut buffer = image.taken_over();
        let horizon = buffer.seal();
        assert_eq!(buffer.lease(horizon, &[], 0.0, 1.0), None);
    }

    #[test]
    fn a_chunk_larger_than_the_queue_is_not_copied() {
        /// Notes the most bytes that were asked for at once.
        struct Noting(Image, core::cell::Cell<usize>);
        impl DeadMemory for Noting {
            fn read(&self, address: u32, into: &mut [u8]) -> bool {
                self.1.set(self.1.get().max(into.len()));
                self.0.read(address, into)
            }
        }
        let mut buffer = SpanBuffer::new(Limits::default(), &[]);
        let id = buffer.destination("http://localhost/v1/traces", "k");
        let mut image = Image::with(&[SEALED]);
        let bytes = buffer.limits().max_queue_bytes + 1;
        // The content begins at 4.
        image.put(ROWS + 16, &[u32::try_from(bytes).unwrap() + 4]);
        image.sign(ROWS, ROW_SIGNED_BYTES);
        let memory = Noting(image, core::cell::Cell::default());
        buffer.take_over_counters(&memory, 0);
        buffer.take_over_chunks(&memory, 0, &|_| Some(id));
        assert!(memory.1.get() < bytes, "{}", memory.1.get());
        assert_eq!(buffer.stats().buffered, 0);
    }

    #[test]
    fn a_row_at_the_end_of_the_memory_is_read() {
        let mut image = Image::with(&[SEALED]);
        let row = image.0[ROWS..ROWS + ROW_SIGNED_BYTES + 4].to_vec();
        let at = u32::try_from(image.0.len()).unwrap();
        image.0.extend(row);
        // Where the rows begin.
        image.put(8, &[at]);
        image.sign(0, ROOT_SIGNED_BYTES);
        assert_eq!(image.taken_over().stats().buffered, 1);
    }

    #[test]
    fn rows_that_form_a_circle_come_to_an_end() {
        let mut image = Image::with(&[SEALED, SEALED]);
        image.put(ROWS + 104 + 44, &[0]);
        image.sign(ROWS + 104, ROW_SIGNED_BYTES);
        assert_eq!(image.taken_over().stats().buffered, 2);
    }
}
