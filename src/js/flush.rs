//! `flush()`: the loop around leases.
//!
//! A flush waits for nothing but its own fetches and its own timers. What another flush has in
//! flight it looks at again and again on its own timer, so that a request that hangs or dies can
//! delay nobody else's sends. Neither can a destination: each has lanes of its own.

use core::future::poll_fn;
use core::task::{Context, Poll};
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::js::answer::{code_of, Attempt};
use crate::js::attempt::send;
use crate::js::expiry::expire_the_dead;
use crate::js::lanes::{Ended, Lane};
use crate::js::report::{FlushError, FlushReport};
use crate::js::state::with;
use crate::js::time::{decimal, now_ms, sleep, Deadline};
use crate::js::transport::Transport;
use crate::js::traps::trap_point;
use crate::{backoff_ms, DestinationId, Hold, Horizon, Lease, Pace};

/// How often a flush looks whether another's batches are settled.
pub(crate) const LOOK_MS: u32 = 50;
/// How long a lease outlives the holder's last possible send.
const LEASE_MARGIN_MS: f64 = 2_000.0;
/// With less than this left, or than a fifth of the budget, nothing more is begun: a request whose
/// answer nobody would hear brings nothing but doubt.
const WORTH_MS: f64 = 200.0;
/// Requests and pauses at a time. A Worker's request has six connections, its own included.
const MAX_LANES: usize = 4;

/// Sends what has ended before this call and resolves to the report. Never rejects.
///
/// The first lease is taken before this returns, so that what ends later is not in it. Without
/// `seal` only batches that are full go. `exports` is how many requests one destination may have
/// at a time; `max_bytes`, unless it is 0, how large one may be.
#[wasm_bindgen]
pub fn flush(
    budget_ms: u32,
    timers: bool,
    seal: bool,
    exports: usize,
    max_bytes: usize,
    transport: Transport,
) -> Promise {
    trap_point!("flush");
    let mut flush = Flush {
        horizon: begin(seal),
        first: None,
        ttl_ms: f64::from(budget_ms) + LEASE_MARGIN_MS,
        timers,
        worth_ms: WORTH_MS.min(f64::from(budget_ms) / 5.0),
        exports: exports.clamp(1, MAX_LANES),
        max_bytes: if max_bytes == 0 {
            usize::MAX
        } else {
            max_bytes
        },
        deadline: Rc::new(Deadline::new(budget_ms, timers)),
        transport: Rc::new(transport),
        troubles: Vec::new(),
        report: FlushReport::default(),
    };
    flush.first = flush.lease(&[]);
    future_to_promise(async move {
        let report = flush.run().await;
        trap_point!("concluded");
        Ok(report)
    })
}

fn begin(seal: bool) -> Horizon {
    with(Horizon(0), |state| {
        if seal {
            state.buffer.seal()
        } else {
            state.buffer.horizon()
        }
    })
}

struct Flush {
    horizon: Horizon,
    first: Option<Lease>,
    ttl_ms: f64,
    worth_ms: f64,
    timers: bool,
    exports: usize,
    max_bytes: usize,
    deadline: Rc<Deadline>,
    transport: Rc<Transport>,
    troubles: Vec<Trouble>,
    report: FlushReport,
}

/// A destination that failed this flush.
struct Trouble {
    destination: DestinationId,
    /// In a row.
    failures: u32,
    /// It cannot be tried again in time: the rest of its batches stays for the next flush.
    over: bool,
}

impl Flush {
    async fn run(mut self) -> JsValue {
        loop {
            self.send_all().await;
            trap_point!("sent");
            if self.deadline.has_passed() || !self.timers || !self.others_in_flight() {
                break;
            }
            sleep(&self.deadline, LOOK_MS).await;
            trap_point!("looked");
            expire_the_dead();
        }
        // Whatever still runs is too late to count, and would hold a connection.
        let _ = self.transport.cancel();
        self.explain();
        let (pending, _) = with((0, 0), |state| state.buffer.remaining(self.horizon));
        self.report.conclude(pending)
    }

    /// Sends until no batch is left that may be sent within the budget.
    async fn send_all(&mut self) {
        let mut lanes: Vec<Lane> = Vec::new();
        poll_fn(|context| loop {
            self.fill(&mut lanes);
            if self.step(&mut lanes, context) {
                continue;
            }
            return if lanes.is_empty() {
                Poll::Ready(())
            } else {
                Poll::Pending
            };
        })
        .await;
    }

    /// True if something ended, so that lanes may be free.
    fn step(&mut self, lanes: &mut Vec<Lane>, context: &mut Context<'_>) -> bool {
        let mut ended = Vec::new();
        let late = self.deadline.poll(context).is_ready();
        lanes.retain_mut(|lane| match lane.poll(context) {
            Poll::Ready(end) => {
                ended.push(end);
                false
            }
            Poll::Pending => !(late && lane.is_pausing()),
        });
        let any = !ended.is_empty();
        for end in ended {
            match end {
                Ended::Sent(lease, attempt) => self.settle(lease, attempt, lanes),
                Ended::Paused => {
                    trap_point!("paused");
                }
            }
        }
        any
    }

    fn fill(&mut self, lanes: &mut Vec<Lane>) {
        while lanes.len() < MAX_LANES {
            let Some(lease) = self.first.take().or_else(|| self.lease(lanes)) else {
                break;
            };
            let sending = send(lease, Rc::clone(&self.transport), Rc::clone(&self.deadline));
            lanes.push(Lane::sending(lease, sending));
        }
        // One that is held for a while is waited for, if the budget allows.
        for (destination, hold) in self.held_back() {
            if lanes.len() < MAX_LANES
                && !lanes.iter().any(|lane| lane.destination == destination)
                && !self.is_over(destination)
            {
                self.pause(destination, hold.remaining_ms(now_ms()), lanes);
            }
        }
    }

    fn lease(&self, lanes: &[Lane]) -> Option<Lease> {
        let late = self.deadline.remaining_ms() < self.worth_ms && self.report.attempts > 0;
        if late || self.deadline.has_passed() {
            return None;
        }
        let of = |id: DestinationId| lanes.iter().filter(move |lane| lane.destination == id);
        let busy = lanes
            .iter()
            .map(|lane| lane.destination)
            .filter(|id| of(*id).any(Lane::is_pausing) || of(*id).count() >= self.exports);
        let over = self.troubles.iter().filter(|trouble| trouble.over);
        let skip: Vec<_> = busy
            .chain(over.map(|trouble| trouble.destination))
            .collect();
        with(None, |state| {
            let (horizon, ttl_ms) = (self.horizon, self.ttl_ms);
            let buffer = &mut state.buffer;
            buffer.lease_unheld(horizon, &skip, now_ms(), ttl_ms, self.max_bytes)
        })
    }

    fn settle(&mut self, lease: Lease, attempt: Attempt, lanes: &mut Vec<Lane>) {
        trap_point!("settle");
        self.report.attempts += u32::from(attempt.bytes > 0);
        self.report.bytes += attempt.bytes as u64;
        if attempt.error.is_some() {
            self.report.error = attempt.error;
        }
        let settled = with(None, |state| {
            Some(state.buffer.settle(lease.id, attempt.verdict.outcome))
        });
        self.report.add(settled.unwrap_or_default());
        let destination = lease.destination;
        match attempt.verdict.pace {
            Pace::Go => self
                .troubles
                .retain(|known| known.destination != destination),
            Pace::BackOff => self.back_off(destination, 0.0, lanes),
            Pace::Hold { ms } => {
                let status = self.report.error.as_ref().and_then(|error| error.status);
                with((), |state| {
                    let status = status.unwrap_or(0);
                    state.buffer.hold(destination, now_ms(), ms, status);
                });
                self.back_off(destination, ms, lanes);
            }
        }
    }

    /// A pause that grows with the failures in a row, and is `least_ms` at least.
    fn back_off(&mut self, destination: DestinationId, least_ms: f64, lanes: &mut Vec<Lane>) {
        let trouble = self.trouble(destination);
        trouble.failures += 1;
        let ms = backoff_ms(trouble.failures, js_sys::Math::random());
        self.pause(destination, ms.max(least_ms), lanes);
    }

    /// Waits before this destination is tried again; not at all if that would be too late.
    fn pause(&mut self, destination: DestinationId, ms: f64, lanes: &mut Vec<Lane>) {
        if self.timers && ms + self.worth_ms < self.deadline.remaining_ms() {
            lanes.push(Lane::pausing(destination, whole_ms(ms)));
        } else {
            self.trouble(destination).over = true;
        }
    }

    fn is_over(&self, destination: DestinationId) -> bool {
        let known = self.troubles.iter().find(|t| t.destination == destination);
        known.is_some_and(|trouble| trouble.over)
    }

    fn trouble(&mut self, destination: DestinationId) -> &mut Trouble {
        let known = self
            .troubles
            .iter()
            .position(|trouble| trouble.destination == destination);
        let at = known.unwrap_or_else(|| {
            self.troubles.push(Trouble {
                destination,
                failures: 0,
                over: false,
            });
            self.troubles.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "found or pushed just now")]
        &mut self.troubles[at]
    }

    fn held_back(&self) -> Vec<(DestinationId, Hold)> {
        with(Vec::new(), |state| {
            state.buffer.held_back(self.horizon, now_ms())
        })
    }

    fn others_in_flight(&self) -> bool {
        with((0, 0), |state| state.buffer.remaining(self.horizon)).1 > 0
    }

    /// Says why spans wait, if nothing that this flush met itself says it.
    fn explain(&mut self) {
        if self.report.error.is_some() {
            return;
        }
        if let Some((_, hold)) = self.held_back().first() {
            let seconds = whole_ms(hold.remaining_ms(now_ms()) / 1_000.0);
            self.report.error = Some(FlushError {
                code: code_of(hold.status),
                message: [
                    "HTTP ",
                    &decimal(hold.status.into()),
                    " earlier: nothing is sent there for ",
                    &decimal(seconds),
                    " s",
                ]
                .concat(),
                status: Some(hold.status),
            });
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate"
)]
fn whole_ms(ms: f64) -> u32 {
    ms.ceil() as u32
}
