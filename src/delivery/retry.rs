//! What the end of one attempt means for its batch and for the next attempt: a table, and the
//! arithmetic of backoff. It decides and does nothing.
//!
//! After the OTLP specification (429, 502, 503 and 504 are retryable, with exponential backoff and
//! jitter, and `Retry-After` is an order) and what Laminar's ingest answers.

use crate::delivery::outcome::{classify, Outcome};

/// How long a destination is left alone that said 401 or 403. Another key is another destination.
pub const UNAUTHORIZED_HOLD_MS: f64 = 300_000.0;

const FIRST_BACKOFF_MS: f64 = 250.0;
const MAX_BACKOFF_MS: f64 = 5_000.0;

/// How one attempt ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Attempted {
    /// With an HTTP answer.
    Answered {
        /// Its status.
        status: u16,
        /// Its `Retry-After`, as `retry_after_ms` reads it.
        retry_after_ms: Option<f64>,
    },
    /// `fetch` rejected.
    NoConnection,
    /// No answer within the budget, or one that was no answer.
    NoAnswer,
}

/// When the same destination may be tried again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// At once: nothing is wrong with it.
    Go,
    /// After [`backoff_ms`].
    BackOff,
    /// Not for this long: the server said so, or would give the same answer again.
    Hold {
        /// Milliseconds.
        ms: f64,
    },
}

/// What to do about an attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// What became of the batch.
    pub outcome: Outcome,
    /// When to send to that destination again.
    pub pace: Pace,
}

/// Judges how an attempt ended. This is the table.
pub fn judge(attempted: Attempted) -> Verdict {
    let (outcome, pace) = match attempted {
        Attempted::NoConnection => (Outcome::Unsent, Pace::BackOff),
        Attempted::NoAnswer => (Outcome::Ambiguous, Pace::BackOff),
        Attempted::Answered {
            status,
            retry_after_ms,
        } => {
            let outcome = classify(status);
            let pace = match (outcome, retry_after_ms) {
                _ if status == 401 || status == 403 => Pace::Hold {
                    ms: UNAUTHORIZED_HOLD_MS,
                },
                (Outcome::Unsent | Outcome::Ambiguous, Some(ms)) if ms > 0.0 => Pace::Hold { ms },
                (Outcome::Unsent | Outcome::Ambiguous, _) => Pace::BackOff,
                _ => Pace::Go,
            };
            (outcome, pace)
        }
    };
    Verdict { outcome, pace }
}

/// Returns how long to wait after so many failures in a row, the first being 1. `random`, from 0 to
/// 1, takes off up to a half, so that clients that failed together do not return together.
pub fn backoff_ms(failures: u32, random: f64) -> f64 {
    let doublings = failures.saturating_sub(1).min(16);
    let full = (FIRST_BACKOFF_MS * f64::from(1u32 << doublings)).min(MAX_BACKOFF_MS);
    let off = if random.is_finite() {
        random.clamp(0.0, 1.0) / 2.0
    } else {
        0.0
    };
    full * (1.0 - off)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, retry_after_ms: Option<f64>) -> Verdict {
        judge(Attempted::Answered {
            status,
            retry_after_ms,
        })
    }

    #[test]
    fn the_table() {
        let hold = Pace::Hold {
            ms: UNAUTHORIZED_HOLD_MS,
        };
        let table = [
            (200, Outcome::Accepted { rejected: 0 }, Pace::Go),
            (204, Outcome::Accepted { rejected: 0 }, Pace::Go),
            (0, Outcome::Refused, Pace::Go),
            (302, Outcome::Refused, Pace::Go),
            (400, Outcome::Refused, Pace::Go),
            (401, Outcome::Refused, hold),
            (403, Outcome::Refused, hold),
            (404, Outcome::Refused, Pace::Go),
            (408, Outcome::Ambiguous, Pace::BackOff),
            (413, Outcome::TooLarge, Pace::Go),
            (429, Outcome::Unsent, Pace::BackOff),
            (500, Outcome::Ambiguous, Pace::BackOff),
            (501, Outcome::Ambiguous, Pace::BackOff),
            (502, Outcome::Unsent, Pace::BackOff),
            (503, Outcome::Unsent, Pace::BackOff),
            (504, Outcome::Unsent, Pace::BackOff),
        ];
        for (status, outcome, pace) in table {
            assert_eq!(
                answered(status, None),
                Verdict { outcome, pace },
                "{status}"
            );
        }
        assert_eq!(judge(Attempted::NoConnection).outcome, Outcome::Unsent);
        assert_eq!(judge(Attempted::NoAnswer).outcome, Outcome::Ambiguous);
    }

    #[test]
    fn retry_after_is_an_order_where_retrying_is_right() {
        let asked = Pace::Hold { ms: 2_000.0 };
        for status in [408, 429, 500, 502, 503, 504] {
            assert_eq!(answered(status, Some(2_000.0)).pace, asked, "{status}");
        }
        for status in [200, 400, 404, 413] {
            assert_eq!(answered(status, Some(2_000.0)).pace, Pace::Go, "{status}");
        }
        assert_eq!(answered(503, Some(0.0)).pace, Pace::BackOff);
        // The hold after a 401 is longer than what anybody may ask for.
        assert_ne!(answered(401, Some(2_000.0)).pace, asked);
    }

    #[test]
    fn waiting_doubles_up_to_a_bound() {
        let full: Vec<f64> = (1..8).map(|failures| backoff_ms(failures, 0.0)).collect();
        assert_eq!(
            full,
            [250.0, 500.0, 1_000.0, 2_000.0, 4_000.0, 5_000.0, 5_000.0]
        );
        assert_eq!(backoff_ms(1, 1.0), 125.0);
        assert_eq!(backoff_ms(u32::MAX, 0.5), 3_750.0);
        assert_eq!(backoff_ms(0, 7.0), 125.0);
    }

    #[cfg(not(target_family = "wasm"))]
    proptest::proptest! {
        #[test]
        fn no_answer_leads_to_a_fast_retry_or_a_second_delivery(
            status in 0u16..1_000,
            retry_after_ms in proptest::option::of(0.0..crate::MAX_RETRY_AFTER_MS),
        ) {
            let Verdict { outcome, pace } = answered(status, retry_after_ms);
            let again = matches!(outcome, Outcome::Unsent | Outcome::Ambiguous);
            assert_eq!(again, [408, 429].contains(&status) || (500..600).contains(&status));
            match pace {
                Pace::Go => assert!(!again),
                Pace::BackOff => assert!(again),
                Pace::Hold { ms } => {
                    assert!(ms > 0.0 && ms <= UNAUTHORIZED_HOLD_MS);
                    assert!(again || status == 401 || status == 403);
                }
            }
        }

        #[test]
        fn waiting_is_bounded_and_never_shrinks(
            failures in proptest::num::u32::ANY,
            random in proptest::num::f64::ANY,
        ) {
            let wait = backoff_ms(failures, random);
            assert!((FIRST_BACKOFF_MS / 2.0..=MAX_BACKOFF_MS).contains(&wait));
            let longer = backoff_ms(failures.saturating_add(1), random);
            assert!(longer >= wait);
        }
    }
}
