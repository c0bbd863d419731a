//! What must survive a trap, at fixed places in memory.
//!
//! A wasm instance that trapped is never called again, but its memory can still be read. These
//! two records are laid out by C's rules and carry a checksum, so that a reader of the memory finds
//! the chunks, the leases and the counters of the dead instance. They are not a copy of the buffer's
//! state: they are that state.
//!
//! All words are little-endian; `usize` is four bytes in wasm32. A checksum covers the words in
//! front of it in its record, folded by [`fold`].

use crate::buffer::ledger::DropReason;

/// First word of a [`Root`].
pub const MAGIC: u32 = 0x524e_4d4c;
/// Second word of a [`Root`]; changes with the layout.
pub const VERSION: u32 = 6;

/// How many labels replaced values are counted by.
#[cfg(feature = "redact")]
pub(crate) const LABELS: usize = laminar_edge_redact::LABELS.len();
#[cfg(not(feature = "redact"))]
pub(crate) const LABELS: usize = 0;

/// Adds one word to the checksum.
#[inline]
pub fn fold(sum: u32, word: u32) -> u32 {
    (sum.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b1)
}

#[inline(never)]
fn fold_wide(sum: u32, word: u64) -> u32 {
    fold(fold(sum, low(word)), low(word >> 32))
}

#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the low half is what is asked for"
)]
fn low(word: u64) -> u32 {
    word as u32
}

#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "usize is 32 bits where it is read"
)]
fn address(word: usize) -> u32 {
    word as u32
}

/// The counters, and where the rows are.
#[derive(Debug)]
#[repr(C)]
pub struct Root {
    /// [`MAGIC`].
    pub magic: u32,
    /// [`VERSION`].
    pub version: u32,
    /// Address of the first [`Row`].
    pub rows: usize,
    /// How many rows there are, free ones included.
    pub rows_len: usize,
    /// Bytes of one row.
    pub row_bytes: usize,
    /// Row of the oldest chunk.
    pub oldest: usize,
    /// Spans that a server took.
    pub exported: u64,
    /// Spans that a server turned away.
    pub rejected: u64,
    /// Spans that were sent a second time.
    pub redelivered: u64,
    /// Spans that lie in a spill store.
    pub spilled: u64,
    /// Spans that were handed to the runtime.
    pub handed: u64,
    /// Spans lost, by [`DropReason`].
    pub dropped: [u64; DropReason::COUNT],
    /// Values that were replaced, by label.
    pub redacted: [u64; LABELS],
    /// Over everything above.
    pub checksum: u32,
    /// Number of the newest lease. It changes with every lease and is not under the checksum: one that is
    /// damaged makes a successor skip numbers, or begin anew.
    pub newest_lease: u32,
    /// Spans that ended, ever. Changes with every span, so it has its own guard.
    pub recorded: u64,
    /// The complement of `recorded`.
    pub recorded_check: u64,
}

impl Root {
    pub(crate) fn new() -> Self {
        Self {
            magic: MAGIC,
            version: VERSION,
            rows: 0,
            rows_len: 0,
            row_bytes: size_of::<Row>(),
            oldest: NONE,
            exported: 0,
            rejected: 0,
            redelivered: 0,
            spilled: 0,
            handed: 0,
            dropped: [0; DropReason::COUNT],
            redacted: [0; LABELS],
            checksum: 0,
            newest_lease: 0,
            recorded: 0,
            recorded_check: u64::MAX,
        }
    }

    #[inline]
    pub(crate) fn record(&mut self, spans: u64) {
        self.recorded = self.recorded.wrapping_add(spans);
        self.recorded_check = !self.recorded;
    }

    #[inline(never)]
    pub(crate) fn sign(&mut self) {
        self.checksum = self.expected_checksum();
    }

    /// Returns the checksum that the record should carry.
    pub fn expected_checksum(&self) -> u32 {
        let narrow = [
            self.magic,
            self.version,
            address(self.rows),
            address(self.rows_len),
            address(self.row_bytes),
            address(self.oldest),
        ];
        let wide = [
            self.exported,
            self.rejected,
            self.redelivered,
            self.spilled,
            self.handed,
        ];
        let sum = narrow.into_iter().fold(0, fold);
        let sum = wide.into_iter().fold(sum, fold_wide);
        let sum = self.dropped.into_iter().fold(sum, fold_wide);
        self.redacted.into_iter().fold(sum, fold_wide)
    }
}

/// No row.
pub(crate) const NONE: usize = usize::MAX;

/// A row that holds no chunk.
pub const FREE: u32 = 0;
/// A chunk that still takes spans.
pub const OPEN: u32 = 1;
/// A finished request body that waits.
pub const SEALED: u32 = 2;
/// A request body that somebody is sending.
pub const LEASED: u32 = 3;

/// One chunk: encoded spans of one destination.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Row {
    /// [`FREE`], [`OPEN`], [`SEALED`] or [`LEASED`].
    pub state: u32,
    /// Whose spans these are.
    pub destination: usize,
    /// Grows with each chunk; halves of a split chunk keep it.
    pub sequence: u32,
    /// Address of the buffer.
    pub data: usize,
    /// Bytes of the buffer. Content always reaches to its end.
    pub capacity: usize,
    /// Bytes of the request's header, 0 while open.
    pub header: usize,
    /// Names the lease that holds the chunk, or held it last.
    pub token: u32,
    /// Grows while the lease's holder is alive.
    pub beats: u32,
    /// 1 once the body went to the network under this lease.
    pub handed: u32,
    /// How many earlier sends may have arrived.
    pub ambiguous: u32,
    /// Row of the next older chunk.
    pub older: usize,
    /// Row of the next newer chunk.
    pub newer: usize,
    /// When the lease began.
    pub leased_at_ms: f64,
    /// When the lease is due.
    pub expires_at_ms: f64,
    /// How many spans.
    pub spans: usize,
    /// Where the content begins: with the newest span in an open chunk, with the request's header in a
    /// sealed one, whose spans stand in the order in which they ended.
    pub start: usize,
    /// Over everything above.
    pub checksum: u32,
    /// The checksum as it is in front of `spans`: those two change with every span, the rest with
    /// every chunk.
    pub(crate) unfilled: u32,
    /// How long the holder of an overdue lease has been silent while somebody looked, see `expiry`. The
    /// checksum does not cover it: after a takeover the silence is counted anew.
    pub(crate) watched: Watched,
}

/// The last look at an overdue lease.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(crate) struct Watched {
    pub(crate) seen_at_ms: f64,
    /// Since the beats were last seen to change.
    pub(crate) silent_ms: f64,
    pub(crate) beats: u32,
    /// Whether there was a look.
    pub(crate) seen: bool,
}

impl Row {
    pub(crate) fn free() -> Self {
        Self {
            state: FREE,
            destination: 0,
            sequence: 0,
            data: 0,
            capacity: 0,
            header: 0,
            token: 0,
            beats: 0,
            handed: 0,
            ambiguous: 0,
            older: NONE,
            newer: NONE,
            leased_at_ms: 0.0,
            expires_at_ms: 0.0,
            spans: 0,
            start: 0,
            checksum: 0,
            unfilled: 0,
            watched: Watched::default(),
        }
    }

    /// Returns the bytes of the content: the request's header, if it has one, and the spans.
    pub(crate) fn bytes(&self) -> usize {
        self.capacity - self.start
    }

    /// Returns the bytes of the encoded spans, without any header.
    pub(crate) fn encoded_bytes(&self) -> usize {
        self.bytes() - self.header
    }

    /// Whether the time of its lease is up. A clock that stands before the lease began is suspicious too.
    pub(crate) fn is_overdue(&self, now_ms: f64) -> bool {
        !(self.leased_at_ms..self.expires_at_ms).contains(&now_ms)
    }

    #[inline(never)]
    pub(crate) fn sign(&mut self) {
        self.unfilled = self.unfilled_checksum();
        self.sign_filled();
    }

    /// Signs a row that was sound before `spans` and `start` changed.
    #[inline]
    pub(crate) fn sign_filled(&mut self) {
        self.checksum = self.filled_checksum(self.unfilled);
    }

    /// Returns the checksum that the record should carry.
    pub fn expected_checksum(&self) -> u32 {
        self.filled_checksum(self.unfilled_checksum())
    }

    #[inline]
    fn filled_checksum(&self, unfilled: u32) -> u32 {
        fold(fold(unfilled, address(self.spans)), address(self.start))
    }

    fn unfilled_checksum(&self) -> u32 {
        let words = [
            self.state,
            address(self.destination),
            self.sequence,
            address(self.data),
            address(self.capacity),
            address(self.header),
            self.token,
            self.beats,
            self.handed,
            self.ambiguous,
            address(self.older),
            address(self.newer),
        ];
        let sum = words.into_iter().fold(0, fold);
        let sum = fold_wide(sum, self.leased_at_ms.to_bits());
        fold_wide(sum, self.expires_at_ms.to_bits())
    }
}

// `src/takeover/dead_instance.rs` reads the table by these numbers.
#[cfg(target_pointer_width = "32")]
const _: () = {
    use core::mem::offset_of;
    assert!(size_of::<Row>() == 104);
    assert!(offset_of!(Row, data) == 12);
    assert!(offset_of!(Row, token) == 24);
    assert!(offset_of!(Row, older) == 40);
    assert!(offset_of!(Row, leased_at_ms) == 48);
    assert!(offset_of!(Row, spans) == 64);
    assert!(offset_of!(Row, checksum) == 72);
    assert!(offset_of!(Root, exported) == 24);
    assert!(offset_of!(Root, dropped) == 64);
    assert!(offset_of!(Root, checksum) == 64 + 8 * (DropReason::COUNT + LABELS));
    assert!(offset_of!(Root, recorded) == 72 + 8 * (DropReason::COUNT + LABELS));
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_word_changes_the_checksum() {
        let mut row = Row::free();
        row.sign();
        assert_eq!(row.checksum, row.expected_checksum());
        row.spans += 1;
        assert_ne!(row.checksum, row.expected_checksum());
        row.sign_filled();
        assert_eq!(row.checksum, row.expected_checksum());
        row.ambiguous += 1;
        row.sign_filled();
        assert_ne!(
            row.checksum,
            row.expected_checksum(),
            "only the end was signed"
        );

        let mut root = Root::new();
        root.sign();
        for change in [1, 1 << 32] {
            root.exported ^= change;
            assert_ne!(root.checksum, root.expected_checksum());
            root.exported ^= change;
        }
        assert_eq!(root.checksum, root.expected_checksum());
    }
}
