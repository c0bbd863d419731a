//! `flush()`: the loop around leases.
//!
//! A flush waits for nothing but its own requests and its own timer. What another flush has in
//! flight it looks at again and again, so that a request that hangs or dies can delay nobody else's.
//! Neither can a destination: each has lanes of its own.
//!
//! A future of a request that was killed is never polled again, and a trap ends all futures of its
//! instance. What stands around this loop for both is `pkg/lib/delivery/guard.js`.

use core::future::poll_fn;
use core::task::{Context, Poll};

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::js::answer::{code_of, decimal, Attempt};
use crate::js::expiry::{expire_silent, BEAT_MS, LOOK_MS};
use crate::js::lane::Lane;
use crate::js::report::{float, small, to_object, FlushError, FlushReport};
use crate::js::state::with;
use crate::js::time::{now_ms, whole_ms, Budget};
use crate::js::transport::Transport;
use crate::js::traps::trap_point;
use crate::{
    backoff_ms, DestinationId, Hold, Horizon, Lease, LeaseFor, LeaseRequest, Pace, Settled,
};

/// How long a lease outlives the holder's last possible send.
pub(crate) const LEASE_MARGIN_MS: f64 = 2_000.0;
/// With less than this left, or than a fifth of the budget, nothing more is begun: a request whose
/// answer nobody would hear brings nothing but doubt.
const WORTH_MS: f64 = 200.0;
/// Requests and pauses at a time. A Worker's request has six connections, its own included.
const MAX_LANES: usize = 4;

#[wasm_bindgen]
extern "C" {
    /// What one flush is to do: a plain object of checked values.
    pub type FlushOptions;

    /// What lies before it is to be sent, see `horizon` in `store.rs`.
    #[wasm_bindgen(method, getter)]
    fn horizon(this: &FlushOptions) -> u32;
    #[wasm_bindgen(method, getter, js_name = budgetMs)]
    fn budget_ms(this: &FlushOptions) -> f64;
    /// Whether there are timers; a Worker's global scope has none.
    #[wasm_bindgen(method, getter)]
    fn timers(this: &FlushOptions) -> bool;
    /// Requests that one destination may have at a time.
    #[wasm_bindgen(method, getter)]
    fn exports(this: &FlushOptions) -> usize;
    /// How large a request may be; infinite for any size.
    #[wasm_bindgen(method, getter, js_name = maxBytes)]
    fn max_bytes(this: &FlushOptions) -> f64;
}

/// Sends what lies before the horizon and resolves to the report. The promise never rejects. The
/// first requests leave before this returns.
#[cfg_attr(feature = "js", wasm_bindgen)]
pub fn flush(options: &FlushOptions, transport: Transport) -> Promise {
    let budget_ms = options.budget_ms();
    let mut flush = Flush {
        horizon: Horizon::from_number(options.horizon()),
        budget: Budget::new(budget_ms),
        budget_ms,
        timers: options.timers(),
        exports: options.exports().clamp(1, MAX_LANES),
        max_bytes: whole(options.max_bytes()),
        transport,
        lanes: Vec::new(),
        troubles: Vec::new(),
        late: false,
        report: FlushReport::default(),
    };
    flush.fill();
    future_to_promise(async move {
        poll_fn(|context| flush.poll(context)).await;
        trap_point!("concluded");
        flush.conclude();
        Ok(to_object(&flush.report))
    })
}

struct Flush {
    horizon: Horizon,
    budget: Budget,
    budget_ms: f64,
    timers: bool,
    exports: usize,
    max_bytes: usize,
    transport: Transport,
    lanes: Vec<Lane>,
    troubles: Vec<Trouble>,
    /// The budget is over.
    late: bool,
    report: FlushReport,
}

/// A destination that failed this flush.
#[derive(Clone, Copy)]
struct Trouble {
    destination: DestinationId,
    /// In a row.
    failures: u32,
    /// It cannot be tried again in time: the rest of its batches stays for the next flush.
    over: bool,
}

impl Trouble {
    fn none(destination: DestinationId) -> Self {
        Self {
            destination,
            failures: 0,
            over: false,
        }
    }
}

impl Flush {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let fired = self.budget.fired();
            // What has come by now counts, even where the budget is over.
            let ended = self.step(context);
            // A request wakes this task only once it was polled.
            if fired && self.woken() {
                continue;
            }
            if ended && self.remaining().0 > 0 {
                self.fill();
                continue;
            }
            if self.lanes.is_empty() {
                let (waiting, in_flight) = self.remaining();
                // What others gave back since may be sent by this flush.
                if waiting > 0 && self.fill() {
                    continue;
                }
                if self.late || !self.timers || in_flight == 0 {
                    return Poll::Ready(());
                }
            }
            if !self.timers {
                return Poll::Pending;
            }
            self.budget.wake_in(context, self.wait_ms());
            return Poll::Pending;
        }
    }

    /// Settles the requests that are over. True if there were any, so that lanes may be free.
    fn step(&mut self, context: &mut Context<'_>) -> bool {
        let mut any = false;
        let mut at = 0;
        while let Some(lane) = self.lanes.get_mut(at) {
            if let Poll::Ready(mut attempt) = lane.poll(context, &self.transport) {
                any = true;
                let lane = self.lanes.remove(at);
                self.settle(&lane, &mut attempt);
            } else {
                at += 1;
            }
        }
        any
    }

    /// Settles what is under way as it stands: the time is over.
    fn cut(&mut self) {
        if core::mem::replace(&mut self.late, true) {
            return;
        }
        if !self.lanes.is_empty() {
            // Whatever still runs is too late to count, and would hold a connection.
            self.transport.cancel();
        }
        // Nothing more begins: requests are settled as they stand, and pauses end.
        while !self.lanes.is_empty() {
            let mut lane = self.lanes.remove(0);
            if let Some(mut attempt) = lane.cut() {
                self.settle(&lane, &mut attempt);
            }
        }
    }

    /// Returns how long nothing happens that this flush has to see to itself.
    fn wait_ms(&self) -> f64 {
        if self.lanes.is_empty() {
            return LOOK_MS;
        }
        let elapsed_ms = self.budget.elapsed_ms();
        let pauses = self.lanes.iter().filter_map(Lane::pauses_until_ms);
        pauses.fold(BEAT_MS, |ms, until_ms| ms.min(until_ms - elapsed_ms))
    }

    /// The timer has fired. The budget ends here only and not where the clock is looked at, so that a
    /// slow start cannot use up what an answer needs that is already there. True if anything was begun.
    fn woken(&mut self) -> bool {
        if self.budget.left_ms() <= 0.0 {
            self.cut();
            return false;
        }
        if self.lanes.is_empty() {
            trap_point!("expire");
            expire_silent(now_ms());
        }
        let elapsed_ms = self.budget.elapsed_ms();
        let mut at = 0;
        while let Some(lane) = self.lanes.get(at) {
            lane.beat();
            if lane.pauses_until_ms().is_some_and(|ms| ms <= elapsed_ms) {
                self.lanes.remove(at);
            } else {
                at += 1;
            }
        }
        !self.lanes.is_empty() && self.fill()
    }

    /// Begins what can be begun. True if that was anything.
    fn fill(&mut self) -> bool {
        let before = self.lanes.len();
        while self.lanes.len() < MAX_LANES {
            let Some(lease) = self.lease() else {
                break;
            };
            self.lanes.push(Lane::sending(&lease, &self.transport));
        }
        if self.is_too_late() {
            return self.lanes.len() > before;
        }
        // A destination that is held for a while is waited for, if the budget allows.
        while self.lanes.len() < MAX_LANES {
            let known = |id| self.is_over(id) || self.lanes_of(id).next().is_some();
            let Some((destination, hold)) = self.held_back(&known) else {
                break;
            };
            self.pause(destination, hold.remaining_ms(now_ms()));
        }
        self.lanes.len() > before
    }

    /// Whether nobody would hear the answer to a request begun now. A budget of 0 allows the requests
    /// that begin at once, however long ago the clock says that was.
    fn is_too_late(&self) -> bool {
        self.late || self.budget.left_ms().max(0.0) < self.worth_ms()
    }

    fn worth_ms(&self) -> f64 {
        WORTH_MS.min(self.budget_ms / 5.0)
    }

    fn lease(&self) -> Option<Lease> {
        if self.is_too_late() {
            return None;
        }
        trap_point!("lease");
        with(None, |state| {
            state.buffer.lease_of(&LeaseRequest {
                horizon: self.horizon,
                skip: &|id| self.is_busy(id) || self.is_over(id),
                now_ms: now_ms(),
                ttl_ms: self.budget_ms + LEASE_MARGIN_MS,
                max_bytes: self.max_bytes,
                purpose: LeaseFor::Network,
            })
        })
    }

    fn lanes_of(&self, destination: DestinationId) -> impl Iterator<Item = &Lane> {
        let lanes = self.lanes.iter();
        lanes.filter(move |lane| lane.destination == destination)
    }

    /// Whether a destination pauses, or has as many requests as it may have.
    fn is_busy(&self, destination: DestinationId) -> bool {
        let mut requests = 0;
        for lane in self.lanes_of(destination) {
            requests += 1;
            if requests >= self.exports || lane.pauses_until_ms().is_some() {
                return true;
            }
        }
        false
    }

    #[inline(never)]
    fn settle(&mut self, lane: &Lane, attempt: &mut Attempt) {
        trap_point!("settle");
        self.report.attempts += u32::from(lane.bytes > 0);
        self.report.bytes += f64::from(lane.bytes);
        if attempt.error.is_some() {
            self.report.error = attempt.error.take();
        }
        let destination = lane.destination;
        let pace = attempt.verdict.pace;
        let settled = with(Settled::default(), |state| {
            let buffer = &mut state.buffer;
            if let Pace::Hold { ms } = pace {
                buffer.hold(destination, now_ms(), ms, attempt.status);
            }
            let outcome = attempt.verdict.outcome;
            let lease = lane.lease.map(|lease| buffer.settle(lease, outcome));
            lease.unwrap_or_default()
        });
        self.report.add(settled);
        let destination_number = small(destination.index());
        tell(&self.transport, settled, destination_number, attempt.status);
        match pace {
            Pace::Go => {
                // Its failures are no longer in a row.
                self.note(Trouble::none(destination));
            }
            Pace::BackOff => self.back_off(destination, 0.0),
            Pace::Hold { ms } => self.back_off(destination, ms),
        }
    }

    /// Pauses for a time that grows with the failures in a row, and is `least_ms` at least.
    fn back_off(&mut self, destination: DestinationId, least_ms: f64) {
        trap_point!("backoff");
        let mut trouble = self.trouble(destination);
        trouble.failures += 1;
        self.note(trouble);
        let ms = backoff_ms(trouble.failures, js_sys::Math::random());
        self.pause(destination, ms.max(least_ms));
    }

    /// Waits before this destination is tried again; not at all if that would be too late.
    fn pause(&mut self, destination: DestinationId, ms: f64) {
        if self.late || !self.timers || ms + self.worth_ms() >= self.budget.left_ms() {
            let over = true;
            self.note(Trouble {
                over,
                ..self.trouble(destination)
            });
        } else {
            let until_ms = self.budget.elapsed_ms() + ms;
            self.lanes.push(Lane::pausing(destination, until_ms));
        }
    }

    fn is_over(&self, destination: DestinationId) -> bool {
        self.trouble(destination).over
    }

    /// Returns what is known of a destination's failures.
    #[inline(never)]
    fn trouble(&self, destination: DestinationId) -> Trouble {
        let mut troubles = self.troubles.iter();
        let known = troubles.find(|trouble| trouble.destination == destination);
        known.copied().unwrap_or(Trouble::none(destination))
    }

    #[inline(never)]
    fn note(&mut self, trouble: Trouble) {
        let destination = trouble.destination;
        let mut troubles = self.troubles.iter_mut();
        match troubles.find(|known| known.destination == destination) {
            Some(known) => *known = trouble,
            None => self.troubles.push(trouble),
        }
    }

    /// Returns a destination that cools down while batches wait for it, unless it is to be skipped.
    #[inline(never)]
    fn held_back(&self, skip: &dyn Fn(DestinationId) -> bool) -> Option<(DestinationId, Hold)> {
        with(None, |state| {
            state.buffer.held_back(self.horizon, now_ms(), skip)
        })
    }

    /// Spans before the horizon that are still here, and of these the ones in flight.
    fn remaining(&self) -> (usize, usize) {
        trap_point!("remaining");
        with((0, 0), |state| state.buffer.remaining(self.horizon))
    }

    /// Ends the report.
    fn conclude(&mut self) {
        if self.report.error.is_none() {
            self.report.error = self.explained();
        }
        let (pending, _) = self.remaining();
        self.report.conclude(pending);
    }

    /// Says why spans wait, if nothing that this flush met itself says it.
    fn explained(&self) -> Option<FlushError> {
        let Some((_, hold)) = self.held_back(&|_| false) else {
            return self.is_too_late().then(|| FlushError {
                code: "timeout",
                message: String::from("the time allowed ended before everything could be sent"),
                status: None,
            });
        };
        let seconds = whole_ms(hold.remaining_ms(now_ms()) / 1_000.0);
        let mut message = String::from("HTTP ");
        message.push_str(&decimal(hold.status.into()));
        message.push_str(" earlier: nothing is sent there for ");
        message.push_str(&decimal(seconds));
        message.push_str(" s");
        Some(FlushError {
            code: code_of(hold.status),
            message,
            status: Some(hold.status),
        })
    }
}

/// Tells JavaScript what became of a batch: a trap later on takes this flush's report with it.
/// A `destination` without a status had no answer.
pub(crate) fn tell(transport: &Transport, settled: Settled, destination: u32, status: u16) {
    let (reason, dropped) = settled.dropped.unzip();
    transport.settled(
        float(settled.exported),
        float(settled.rejected),
        float(dropped.unwrap_or(0)),
        reason.map(crate::DropReason::name),
        destination,
        status,
    );
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate"
)]
pub(crate) fn whole(value: f64) -> usize {
    value as usize
}
