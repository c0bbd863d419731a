//! What one flush did.

use crate::buffer::DropReason;
#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
use crate::delivery::Settled;

/// What became of the spans that a flush covered: all that had ended when it was called.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlushReport {
    /// Whether the server took all of them.
    pub ok: bool,
    /// Spans that the server took.
    pub exported: u64,
    /// Spans that the server rejected.
    pub rejected: u64,
    /// Spans that stay in memory for the next flush.
    pub pending: u64,
    /// Dropped spans, by reason.
    pub dropped: Vec<(DropReason, u64)>,
    /// Requests made.
    pub attempts: u32,
    /// Bytes of their bodies.
    pub bytes: u64,
    /// The last error that a retry did not correct.
    pub error: Option<FlushError>,
}

/// What went wrong in a flush.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlushError {
    /// The reason as text, which is untrusted if the server wrote it.
    pub message: String,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
}

#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
impl FlushReport {
    pub(crate) fn add(&mut self, settled: Settled) {
        self.exported += settled.exported;
        self.rejected += settled.rejected;
        let Some((reason, spans)) = settled.dropped else {
            return;
        };
        match self.dropped.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += spans,
            None if spans > 0 => self.dropped.push((reason, spans)),
            None => {}
        }
    }

    /// Ends the report with the number of spans that are still unsent.
    pub(crate) fn concluded(mut self, pending: usize) -> Self {
        self.pending = pending as u64;
        self.ok = pending == 0 && self.rejected == 0 && self.dropped.is_empty();
        if self.ok {
            self.error = None;
        }
        self
    }
}
