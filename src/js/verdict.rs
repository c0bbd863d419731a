//! How an attempt ended, as JavaScript says it in numbers, and what that means.

use crate::{judge, Attempted, Outcome, Pace, Settled, Verdict};

/// There was an HTTP answer.
const ANSWERED: u32 = 0;
/// There was no connection: it did not arrive.
const NO_CONNECTION: u32 = 1;
/// A store has it.
const STORED: u32 = 3;
// Anything else: it was sent, and nobody knows.

/// The destination may be tried again at once.
const GO: f64 = 0.0;
/// After a pause that grows.
const BACK_OFF: f64 = -1.0;

/// `how` an attempt ended, with the status of an answer, its `Retry-After`, below zero if it said
/// none, and the spans that it turned away.
pub(crate) fn verdict(how: u32, status: u16, retry_after_ms: f64, rejected: f64) -> Verdict {
    let mut verdict = judge(match how {
        ANSWERED if status > 0 => Attempted::Answered {
            status,
            retry_after_ms: (retry_after_ms >= 0.0).then_some(retry_after_ms),
        },
        NO_CONNECTION => Attempted::NoConnection,
        _ => Attempted::NoAnswer,
    });
    if let Outcome::Accepted { rejected: said } = &mut verdict.outcome {
        *said = whole(rejected);
    }
    verdict
}

pub(crate) fn is_stored(how: u32) -> bool {
    how == STORED
}

/// How long the destination is left alone, in milliseconds; 0 not at all, -1 for a back-off.
pub(crate) fn pace_ms(pace: Pace) -> f64 {
    match pace {
        Pace::Go => GO,
        Pace::BackOff => BACK_OFF,
        Pace::Hold { ms } => ms,
    }
}

/// `[exported, rejected, spilled, kept, dropped, reason, last]`.
pub(crate) fn counts(settled: Settled, last: f64) -> [f64; 7] {
    let (reason, dropped) = settled.dropped.unzip();
    [
        float(settled.exported),
        float(settled.rejected),
        float(settled.spilled),
        float(settled.kept),
        float(dropped.unwrap_or(0)),
        float(reason.map_or(0, |reason| reason as u64)),
        last,
    ]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate"
)]
fn whole(value: f64) -> u64 {
    value as u64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of spans and addresses stay far below 2^53"
)]
pub(crate) fn float(value: u64) -> f64 {
    value as f64
}
