//! `flush()`: the loop around leases.
//!
//! A flush waits for nothing but its own fetch and its own timers. What another flush has in
//! flight it looks at again and again on its own timer, so that a request that hangs or dies can
//! delay nobody else's sends.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::js::fetch::{send, BEAT_MS};
use crate::js::report::FlushReport;
use crate::js::state::with;
use crate::js::time::{now_ms, sleep, Deadline};
use crate::{DestinationId, Horizon, Lease, LeaseId, Outcome};

/// How often a flush looks whether another's batches are settled.
const LOOK_MS: u32 = 50;
/// A holder that has not beaten for this long is dead.
const SILENCE_MS: u32 = 3 * BEAT_MS;
/// How long a lease outlives the holder's last possible send.
const LEASE_MARGIN_MS: f64 = 2_000.0;

/// Sends what has ended before this call and resolves to the report. Never rejects.
///
/// The first lease is taken before this returns, so that what ends later is not in it.
#[wasm_bindgen]
pub fn flush(budget_ms: u32, timers: bool) -> Promise {
    let flush = Flush::begin(budget_ms, timers);
    future_to_promise(async move { Ok(flush.run().await) })
}

struct Flush {
    horizon: Horizon,
    first: Option<Lease>,
    ttl_ms: f64,
    timers: bool,
    deadline: Deadline,
    /// Destinations that failed: the rest of their batches stays for the next flush.
    failed: Vec<DestinationId>,
    /// Overdue leases of others, the beats they had, and how long they have been silent.
    silent: Vec<(LeaseId, u32, u32)>,
    report: FlushReport,
}

impl Flush {
    fn begin(budget_ms: u32, timers: bool) -> Self {
        let horizon = with(Horizon(0), |state| state.buffer.seal());
        let mut flush = Self {
            horizon,
            first: None,
            ttl_ms: f64::from(budget_ms) + LEASE_MARGIN_MS,
            timers,
            deadline: Deadline::new(budget_ms, timers),
            failed: Vec::new(),
            silent: Vec::new(),
            report: FlushReport::default(),
        };
        flush.first = flush.lease();
        flush
    }

    async fn run(mut self) -> JsValue {
        loop {
            while let Some(lease) = self.first.take().or_else(|| self.lease()) {
                self.export(lease).await;
            }
            if self.deadline.has_passed() || !self.timers || !self.others_in_flight() {
                break;
            }
            sleep(&mut self.deadline, LOOK_MS).await;
            self.expire_the_dead();
        }
        let (pending, _) = with((0, 0), |state| state.buffer.remaining(self.horizon));
        self.report.conclude(pending)
    }

    fn lease(&self) -> Option<Lease> {
        if self.deadline.has_passed() {
            return None;
        }
        with(None, |state| {
            state
                .buffer
                .lease(self.horizon, &self.failed, now_ms(), self.ttl_ms)
        })
    }

    async fn export(&mut self, lease: Lease) {
        let attempt = send(lease, &mut self.deadline).await;
        #[cfg(feature = "test-traps")]
        crate::js::traps::here();
        self.report.attempts += 1;
        self.report.bytes += attempt.bytes as u64;
        if matches!(attempt.outcome, Outcome::Unsent | Outcome::Ambiguous) {
            self.failed.push(lease.destination);
        }
        if attempt.error.is_some() {
            self.report.error = attempt.error;
        }
        let settled = with(None, |state| {
            Some(state.buffer.settle(lease.id, attempt.outcome))
        });
        self.report.add(settled.unwrap_or_default());
    }

    fn others_in_flight(&self) -> bool {
        with((0, 0), |state| state.buffer.remaining(self.horizon)).1 > 0
    }

    /// Ends leases that are overdue and whose holders this flush has seen silent long enough, by
    /// its own timer.
    fn expire_the_dead(&mut self) {
        let now = now_ms();
        let overdue = with(Vec::new(), |state| state.buffer.overdue(self.horizon, now));
        let known = core::mem::take(&mut self.silent);
        for (id, beats) in overdue {
            let before = known
                .iter()
                .find(|(known, seen, _)| *known == id && *seen == beats);
            let silence = before.map_or(0, |(_, _, ms)| ms + LOOK_MS);
            if silence < SILENCE_MS {
                self.silent.push((id, beats, silence));
            } else {
                with(false, |state| state.buffer.expire(id, beats, now));
            }
        }
    }
}
