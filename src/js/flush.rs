//! `flush()`: the loop around leases.
//!
//! A flush waits for nothing but its own fetches and its own timers. What another flush has in
//! flight it looks at again and again on its own timer, so that a request that hangs or dies can
//! delay nobody else's sends. Neither can a destination: each has a lane of its own.

use core::future::{poll_fn, Future};
use core::pin::Pin;
use core::task::Poll;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::js::fetch::{send, Attempt, BEAT_MS};
use crate::js::report::FlushReport;
use crate::js::state::{with, State};
use crate::js::time::{now_ms, sleep, Deadline};
use crate::{DestinationId, Horizon, Lease, LeaseId, Outcome};

/// How often a flush looks whether another's batches are settled.
const LOOK_MS: u32 = 50;
/// A holder that has not beaten for this long is dead.
const SILENCE_MS: f64 = 3.0 * BEAT_MS as f64;
/// How long a lease outlives the holder's last possible send.
const LEASE_MARGIN_MS: f64 = 2_000.0;
/// Destinations served at a time. A Worker's request has six connections, its own included.
const MAX_LANES: usize = 4;

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
    deadline: Rc<Deadline>,
    /// Destinations that failed: the rest of their batches stays for the next flush.
    failed: Vec<DestinationId>,
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
            deadline: Rc::new(Deadline::new(budget_ms, timers)),
            failed: Vec::new(),
            report: FlushReport::default(),
        };
        flush.first = flush.lease(&[]);
        flush
    }

    async fn run(mut self) -> JsValue {
        loop {
            self.send_all().await;
            if self.deadline.has_passed() || !self.timers || !self.others_in_flight() {
                break;
            }
            sleep(&self.deadline, LOOK_MS).await;
            expire_the_dead();
        }
        let (pending, _) = with((0, 0), |state| state.buffer.remaining(self.horizon));
        self.report.conclude(pending)
    }

    /// Sends until no batch is left to lease: of each destination one at a time, the oldest first.
    async fn send_all(&mut self) {
        let mut lanes: Vec<Lane> = Vec::new();
        poll_fn(|context| loop {
            while lanes.len() < MAX_LANES {
                let Some(lease) = self.first.take().or_else(|| self.lease(&lanes)) else {
                    break;
                };
                let sending = Box::pin(send(lease, Rc::clone(&self.deadline)));
                lanes.push(Lane { lease, sending });
            }
            let before = lanes.len();
            lanes.retain_mut(|lane| match lane.sending.as_mut().poll(context) {
                Poll::Ready(attempt) => {
                    self.settle(lane.lease, attempt);
                    false
                }
                Poll::Pending => true,
            });
            if before == 0 {
                return Poll::Ready(());
            }
            if lanes.len() == before {
                return Poll::Pending;
            }
        })
        .await;
    }

    fn lease(&self, lanes: &[Lane]) -> Option<Lease> {
        if self.deadline.has_passed() {
            return None;
        }
        let busy = lanes.iter().map(|lane| lane.lease.destination);
        let skip: Vec<_> = self.failed.iter().copied().chain(busy).collect();
        with(None, |state| {
            state
                .buffer
                .lease(self.horizon, &skip, now_ms(), self.ttl_ms)
        })
    }

    fn settle(&mut self, lease: Lease, attempt: Attempt) {
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
}

/// One destination's request under way.
struct Lane {
    lease: Lease,
    sending: Pin<Box<dyn Future<Output = Attempt>>>,
}

/// A lease that seems overdue, and how long its holder has been silent under somebody's eyes.
/// Kept from flush to flush: one budget may be shorter than the silence that proves a death.
pub(crate) struct Watched {
    id: LeaseId,
    beats: u32,
    silent_ms: f64,
    seen_at_ms: f64,
}

/// Ends leases that are overdue and whose holders have been seen silent for long enough. However
/// many flushes look, and however far the clock jumps, a look adds no more than its own pause.
fn expire_the_dead() {
    let now = now_ms();
    with((), |state| {
        let State {
            buffer, watched, ..
        } = state;
        let known = core::mem::take(watched);
        for (id, beats) in buffer.overdue(Horizon(buffer.sequence), now) {
            let before = known
                .iter()
                .find(|seen| seen.id == id && seen.beats == beats);
            let silent_ms = before.map_or(0.0, |seen| {
                seen.silent_ms + (now - seen.seen_at_ms).clamp(0.0, f64::from(LOOK_MS))
            });
            if silent_ms < SILENCE_MS {
                watched.push(Watched {
                    id,
                    beats,
                    silent_ms,
                    seen_at_ms: now,
                });
            } else {
                buffer.expire(id, beats, now);
            }
        }
    });
}
