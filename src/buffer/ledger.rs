//! The reasons for losses, and the figures that account for every span.

#[cfg(feature = "redact")]
use laminar_edge_redact::Redacted;

/// Why spans were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum DropReason {
    /// Older spans made room for newer ones: they were not sent before a cap was reached.
    Evicted = 0,
    /// A cap was reached and everything held was in flight, so the new span was refused.
    QueueFull = 1,
    /// One span alone is larger than a request may be.
    SpanTooLarge = 2,
    /// The server called a request with a single span too large (413).
    PayloadTooLarge = 3,
    /// May have arrived, was never confirmed, and is not sent again.
    Unconfirmed = 4,
    /// Still here when `shutdown` had to end.
    Shutdown = 5,
    /// The record could not be encoded. A defect of this library.
    Malformed = 6,
    /// Lost with a wasm instance that trapped.
    Trap = 7,
}

impl DropReason {
    pub(crate) const COUNT: usize = 8;

    /// All reasons, in the order of their numbers.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Evicted,
        Self::QueueFull,
        Self::SpanTooLarge,
        Self::PayloadTooLarge,
        Self::Unconfirmed,
        Self::Shutdown,
        Self::Malformed,
        Self::Trap,
    ];

    /// Returns the name that reports and statistics use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Evicted => "evicted",
            Self::QueueFull => "queue_full",
            Self::SpanTooLarge => "span_too_large",
            Self::PayloadTooLarge => "payload_too_large",
            Self::Unconfirmed => "unconfirmed",
            Self::Shutdown => "shutdown",
            Self::Malformed => "malformed",
            Self::Trap => "trap",
        }
    }
}

/// Where every span is. `recorded` is always the sum of the seven figures below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Spans that ended.
    pub recorded: u64,
    /// Spans that wait here and are not being sent.
    pub buffered: u64,
    /// Spans in requests that have not been answered.
    pub in_flight: u64,
    /// Spans in a spill store.
    pub spilled: u64,
    /// Spans that were handed to the runtime, for a Tail Worker to send.
    pub handed: u64,
    /// Spans that a server took.
    pub exported: u64,
    /// Spans that a server turned away.
    pub rejected: u64,
    /// Spans lost, by reason; reasons that never happened are absent.
    pub dropped: Vec<(DropReason, u64)>,
    /// Spans that were sent a second time because the first time was not confirmed: no answer came,
    /// or 408, 500 or another 5xx but 502, 503 and 504.
    pub redelivered: u64,
    /// Of `dropped`, those that may have arrived.
    pub unconfirmed: u64,
    /// Values that were replaced before they were encoded, by label.
    #[cfg(feature = "redact")]
    pub redacted: Redacted,
}

impl Stats {
    /// Counts all spans that were lost.
    pub fn dropped_total(&self) -> u64 {
        self.dropped.iter().map(|(_, count)| count).sum()
    }

    /// Whether every span is accounted for.
    pub fn is_balanced(&self) -> bool {
        let accounted = self.buffered
            + self.in_flight
            + self.spilled
            + self.handed
            + self.exported
            + self.rejected
            + self.dropped_total();
        self.recorded == accounted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_have_the_names_of_the_documents() {
        assert_eq!(
            DropReason::ALL.map(DropReason::name),
            [
                "evicted",
                "queue_full",
                "span_too_large",
                "payload_too_large",
                "unconfirmed",
                "shutdown",
                "malformed",
                "trap",
            ]
        );
    }

    #[test]
    fn a_span_in_none_or_two_places_is_out_of_balance() {
        let places = Stats {
            recorded: 127,
            buffered: 1,
            in_flight: 2,
            spilled: 4,
            handed: 8,
            exported: 16,
            rejected: 32,
            dropped: vec![(DropReason::Evicted, 30), (DropReason::Trap, 34)],
            ..Stats::default()
        };
        assert_eq!(places.dropped_total(), 64);
        assert!(places.is_balanced());
        for recorded in [126, 128] {
            let stats = Stats {
                recorded,
                ..places.clone()
            };
            assert!(!stats.is_balanced());
        }
    }
}
