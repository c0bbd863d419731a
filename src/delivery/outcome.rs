//! How an attempt to send ended, and what that means for its spans. It decides and does nothing.

use crate::buffer::DropReason;

/// How one attempt to send a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A 2xx: the server has the batch, except for the spans that it says it rejected.
    Accepted {
        /// `partial_success.rejected_spans` of the answer.
        rejected: u64,
    },
    /// The server will never take this batch: 400, 401, 403, 404 and their kind.
    Refused,
    /// 413: the same spans may pass in smaller requests.
    TooLarge,
    /// It certainly did not arrive: 429, 502, 503, 504, no connection. Kept for later.
    Unsent,
    /// It may have arrived: a timeout, an abort after the body left, 408, 500 and other 5xx.
    Ambiguous,
}

/// Returns the outcome that an HTTP status stands for, after the OTLP specification's list of
/// retryable codes and what Laminar's ingest answers.
pub fn classify(status: u16) -> Outcome {
    match status {
        200..=299 => Outcome::Accepted { rejected: 0 },
        413 => Outcome::TooLarge,
        429 | 502 | 503 | 504 => Outcome::Unsent,
        408 | 500..=599 => Outcome::Ambiguous,
        _ => Outcome::Refused,
    }
}

/// What settling a lease did to its spans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Taken by the server.
    pub exported: u64,
    /// Turned away by the server.
    pub rejected: u64,
    /// Lost, and why.
    pub dropped: Option<(DropReason, u64)>,
    /// Kept for another send.
    pub kept: u64,
    /// Taken by a store.
    pub spilled: u64,
}

impl Settled {
    /// Returns what an answer means for a batch. If an earlier send may have arrived, nobody knows
    /// whether the spans that are turned away now were taken then.
    pub(super) fn answered(spans: u64, rejected: u64, doubtful: bool) -> Self {
        let unsure = doubtful && rejected > 0;
        Self {
            exported: spans - rejected,
            rejected: if unsure { 0 } else { rejected },
            dropped: unsure.then_some((DropReason::Unconfirmed, rejected)),
            ..Self::default()
        }
    }

    /// Returns that all spans of the batch stay.
    pub(super) fn kept(spans: u64) -> Self {
        Self {
            kept: spans,
            ..Self::default()
        }
    }

    /// Returns that all spans of the batch are lost.
    pub(super) fn dropped(spans: u64, reason: DropReason) -> Self {
        Self {
            dropped: Some((reason, spans)),
            ..Self::default()
        }
    }

    /// Returns that all spans of the batch are in a store.
    pub(super) fn spilled(spans: u64) -> Self {
        Self {
            spilled: spans,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_meaning() {
        let table = [
            (200, Outcome::Accepted { rejected: 0 }),
            (204, Outcome::Accepted { rejected: 0 }),
            (301, Outcome::Refused),
            (400, Outcome::Refused),
            (401, Outcome::Refused),
            (403, Outcome::Refused),
            (404, Outcome::Refused),
            (408, Outcome::Ambiguous),
            (413, Outcome::TooLarge),
            (429, Outcome::Unsent),
            (500, Outcome::Ambiguous),
            (501, Outcome::Ambiguous),
            (502, Outcome::Unsent),
            (503, Outcome::Unsent),
            (504, Outcome::Unsent),
        ];
        for (status, outcome) in table {
            assert_eq!(classify(status), outcome, "{status}");
        }
    }
}
