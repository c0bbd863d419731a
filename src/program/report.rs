//! What one flush did.

use crate::buffer::DropReason;
#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
use crate::delivery::Settled;

/// What became of the spans that a flush covered: all that had ended when it was called.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlushReport {
    /// Whether none of them is still unsent, rejected or dropped.
    pub ok: bool,
    /// Spans that the server took.
    pub exported: u64,
    /// Spans that the server turned away.
    pub rejected: u64,
    /// Spans that are still here, for the next flush.
    pub pending: u64,
    /// Spans that it had to give up, by reason.
    pub dropped: Vec<(DropReason, u64)>,
    /// Requests made.
    pub attempts: u32,
    /// Bytes of their bodies.
    pub bytes: u64,
    /// The last thing that went wrong, if anything did that was not put right.
    pub error: Option<FlushError>,
}

/// What went wrong in a flush.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlushError {
    /// Why in words, untrusted where the server wrote them.
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

    /// Ends the report: so many of its spans are still unsent.
    pub(crate) fn concluded(mut self, pending: usize) -> Self {
        self.pending = pending as u64;
        self.ok = pending == 0 && self.rejected == 0 && self.dropped.is_empty();
        if self.ok {
            self.error = None;
        }
        self
    }
}
