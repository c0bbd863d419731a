//! What an attempt to send came to, and what that means for its spans. Decides, does nothing.

/// How one attempt to send a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A 2xx: the server has the batch, all but the spans it says it rejected.
    Accepted {
        /// `partial_success.rejected_spans` of the answer.
        rejected: u64,
    },
    /// The server will never take this batch: 400, 401, 403, 404 and their kind.
    Refused,
    /// 413: the same spans may pass in smaller requests.
    TooLarge,
    /// It did not arrive, certainly: 429, 502, 503, 504, no connection. Kept for later.
    Unsent,
    /// It may have arrived: a timeout, an abort after the body left, 408, 500 and other 5xx.
    Ambiguous,
}

/// The outcome that an HTTP status stands for, after the OTLP specification's list of retryable
/// codes and what Laminar's ingest answers.
pub fn classify(status: u16) -> Outcome {
    match status {
        200..=299 => Outcome::Accepted { rejected: 0 },
        413 => Outcome::TooLarge,
        429 | 502 | 503 | 504 => Outcome::Unsent,
        408 | 500..=599 => Outcome::Ambiguous,
        _ => Outcome::Refused,
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
