//! Batches on their way out, one step each; `pkg/lib/delivery/delivery.js` and `pkg/lib/spill/put.js` are the
//! loops around them.

use wasm_bindgen::prelude::*;

use crate::js::state::with;
use crate::js::verdict::{counts, float, is_stored, pace_ms, verdict};
use crate::{backoff_ms, DestinationId, Horizon, LeaseFor, LeaseRequest, Pace, Settled};

/// What lies behind this number is not a flush's that begins now. With `seal` all chunks are
/// closed before.
#[wasm_bindgen]
pub fn horizon(seal: bool) -> u32 {
    with(0, |state| {
        let buffer = &mut state.buffer;
        let horizon = if seal {
            buffer.seal()
        } else {
            buffer.horizon()
        };
        horizon.number()
    })
}

/// Leases a batch before the horizon, of a destination that is none of the first `skipped` words of
/// the staging memory, and leaves `[token, destination, spans, ambiguous, address, bytes]`: how many
/// numbers, none if there is none.
///
/// For a flush, held destinations are passed over too, and where nothing else is left it leaves
/// `[0, destination, status, remaining_ms, …]` of those that hold batches back. With `store` the
/// batch is for a store: handed over at once, be its destination held or not.
#[wasm_bindgen]
pub fn lease(
    horizon: u32,
    skipped: usize,
    max_bytes: f64,
    now_ms: f64,
    ttl_ms: f64,
    store: bool,
) -> usize {
    with(0, |state| {
        let horizon = Horizon::from_number(horizon);
        let words = state.staging.words.get(..skipped).unwrap_or_default();
        let skip = |id: DestinationId| words.iter().any(|word| *word as usize == id.index());
        let buffer = &mut state.buffer;
        let found = buffer.lease_of(&LeaseRequest {
            horizon,
            skip: &skip,
            now_ms,
            ttl_ms,
            max_bytes: whole(max_bytes),
            purpose: if store {
                LeaseFor::Store
            } else {
                LeaseFor::Network
            },
        });
        let Some(lease) = found else {
            if store {
                return 0;
            }
            let held = buffer.held_back(horizon, now_ms);
            let held = held.flat_map(|(destination, hold)| {
                let remaining_ms = hold.remaining_ms(now_ms);
                let status = f64::from(hold.status);
                [float(destination.index() as u64), status, remaining_ms]
            });
            return state.staging.answer([0.0].into_iter().chain(held));
        };
        if store {
            buffer.hand_to_store(lease.id);
        }
        let body = buffer.body(lease.id).unwrap_or_default();
        let numbers = [
            lease.id.token() as usize,
            lease.destination.index(),
            lease.spans,
            lease.ambiguous as usize,
            body.as_ptr() as usize,
            body.len(),
        ];
        let numbers = numbers.map(|number| float(number as u64));
        state.staging.answer(numbers)
    })
}

/// Says that a batch goes to the network now. False if the lease no longer holds: then it must not.
#[wasm_bindgen]
pub fn hand_over(token: u32) -> bool {
    with(false, |state| {
        let id = state.buffer.lease_with(token);
        id.is_some_and(|id| state.buffer.hand_over(id))
    })
}

/// Says that whoever holds the lease lives.
#[wasm_bindgen]
pub fn beat(token: u32) {
    with((), |state| {
        if let Some(id) = state.buffer.lease_with(token) {
            state.buffer.beat(id);
        }
    });
}

/// Says how sending a batch ended, or storing it, see `verdict.rs`, and leaves
/// `[exported, rejected, spilled, kept, dropped, reason, pace_ms]`: how many numbers. The counts are
/// zero if the lease was settled before or given to somebody else.
#[wasm_bindgen]
pub fn settle(
    token: u32,
    how: u32,
    status: u16,
    retry_after_ms: f64,
    rejected: f64,
    now_ms: f64,
) -> usize {
    let verdict = verdict(how, status, retry_after_ms, rejected);
    with(0, |state| {
        let buffer = &mut state.buffer;
        let mut settled = Settled::default();
        if let Some(id) = buffer.lease_known(token) {
            if let (Pace::Hold { ms }, Some(destination)) =
                (verdict.pace, buffer.destination_of_lease(id))
            {
                buffer.hold(destination, now_ms, ms, status);
            }
            settled = if is_stored(how) {
                buffer.settle_spilled(id)
            } else {
                buffer.settle(id, verdict.outcome)
            };
        }
        let numbers = counts(settled, pace_ms(verdict.pace));
        state.staging.answer(numbers)
    })
}

/// Leaves two numbers: the spans of finished batches before the horizon that are still here, and of
/// these the ones that somebody is sending.
#[wasm_bindgen]
pub fn remaining(horizon: u32) -> usize {
    with(0, |state| {
        let (all, leased) = state.buffer.remaining(Horizon::from_number(horizon));
        let numbers = [all, leased].map(|spans| float(spans as u64));
        state.staging.answer(numbers)
    })
}

/// How long to wait after so many failures in a row; see [`backoff_ms`].
#[wasm_bindgen]
pub fn backoff(failures: u32, random: f64) -> f64 {
    backoff_ms(failures, random)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate"
)]
fn whole(value: f64) -> usize {
    value as usize
}
