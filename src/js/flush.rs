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

use crate::js::answer::{code_of, decimal};
use crate::js::expiry::{expire_silent, BEAT_MS, LOOK_MS};
use crate::js::lane::{Lane, Sent};
use crate::js::report::{float, to_object, FlushError, FlushReport};
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
        Ok(to_object(&flush.concluded()))
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
struct Trouble {
    destination: DestinationId,
    /// In a row.
    failures: u32,
    /// It cannot be tried again in time: the rest of its batches stays for the next flush.
    over: bool,
}

impl Flush {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let fired = self.budget.poll(context).is_ready();
            // What has come by now counts, even where the budget is over.
            let ended = self.step(context);
            if fired {
                self.woken();
            }
            if ended {
                self.fill();
                continue;
            }
            if self.lanes.is_empty() {
                // What others gave back since may be sent by this flush.
                if self.fill() {
                    continue;
                }
                if self.late || !self.timers || !self.others_in_flight() {
                    return Poll::Ready(());
                }
            }
            if !self.timers {
                return Poll::Pending;
            }
            self.budget.wake_in(self.wait_ms());
            if self.budget.poll(context).is_pending() {
                return Poll::Pending;
            }
            self.woken();
        }
    }

    /// Settles the requests that are over. True if there were any, so that lanes may be free.
    fn step(&mut self, context: &mut Context<'_>) -> bool {
        let mut ended: Vec<Sent> = Vec::new();
        let transport = &self.transport;
        self.lanes
            .retain_mut(|lane| match lane.poll(context, transport) {
                Poll::Ready(sent) => {
                    ended.push(sent);
                    false
                }
                Poll::Pending => true,
            });
        let any = !ended.is_empty();
        for sent in ended {
            self.settle(sent);
        }
        any
    }

    /// Settles what is under way as it stands: the time is over.
    fn cut(&mut self) {
        if core::mem::replace(&mut self.late, true) {
            return;
        }
        let lanes = core::mem::take(&mut self.lanes);
        if !lanes.is_empty() {
            // Whatever still runs is too late to count, and would hold a connection.
            self.transport.cancel();
        }
        for sent in lanes.into_iter().filter_map(Lane::cut) {
            self.settle(sent);
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
    /// slow start cannot use up what an answer needs that is already there.
    fn woken(&mut self) {
        if self.budget.left_ms() <= 0.0 {
            self.cut();
            return;
        }
        if self.lanes.is_empty() {
            trap_point!("expire");
            expire_silent(now_ms());
        }
        for lane in &self.lanes {
            lane.beat();
        }
        let elapsed_ms = self.budget.elapsed_ms();
        let pausing = |lane: &Lane| lane.pauses_until_ms().is_some_and(|ms| ms > elapsed_ms);
        self.lanes
            .retain(|lane| lane.pauses_until_ms().is_none() || pausing(lane));
        if !self.lanes.is_empty() {
            self.fill();
        }
    }

    /// Begins what can be begun. True if that was anything.
    fn fill(&mut self) -> bool {
        let before = self.lanes.len();
        while self.lanes.len() < MAX_LANES {
            let Some(lease) = self.lease() else {
                break;
            };
            self.lanes.push(Lane::sending(lease, &self.transport));
        }
        if self.is_too_late() {
            return self.lanes.len() > before;
        }
        // A destination that is held for a while is waited for, if the budget allows.
        for (destination, hold) in self.held_back() {
            if self.lanes.len() < MAX_LANES
                && !self
                    .lanes
                    .iter()
                    .any(|lane| lane.destination == destination)
                && !self.is_over(destination)
            {
                self.pause(destination, hold.remaining_ms(now_ms()));
            }
        }
        self.lanes.len() > before
    }

    fn is_too_late(&self) -> bool {
        self.late || (self.budget.left_ms() < self.worth_ms() && self.report.attempts > 0)
    }

    fn worth_ms(&self) -> f64 {
        WORTH_MS.min(self.budget_ms / 5.0)
    }

    fn lease(&self) -> Option<Lease> {
        if self.is_too_late() {
            return None;
        }
        trap_point!("lease");
        let lanes = &self.lanes;
        let of = |id: DestinationId| lanes.iter().filter(move |lane| lane.destination == id);
        let is_pausing = |lane: &Lane| lane.pauses_until_ms().is_some();
        let busy = lanes
            .iter()
            .map(|lane| lane.destination)
            .filter(|id| of(*id).any(is_pausing) || of(*id).count() >= self.exports);
        let over = self.troubles.iter().filter(|trouble| trouble.over);
        let skip: Vec<_> = busy
            .chain(over.map(|trouble| trouble.destination))
            .collect();
        let ttl_ms = self.budget_ms + LEASE_MARGIN_MS;
        with(None, |state| {
            state.buffer.lease_of(&LeaseRequest {
                horizon: self.horizon,
                skip: &|id| skip.contains(&id),
                now_ms: now_ms(),
                ttl_ms,
                max_bytes: self.max_bytes,
                purpose: LeaseFor::Network,
            })
        })
    }

    fn settle(&mut self, sent: Sent) {
        trap_point!("settle");
        let Sent {
            lease,
            bytes,
            attempt,
        } = sent;
        self.report.attempts += u32::from(bytes > 0);
        self.report.bytes += f64::from(bytes);
        if attempt.error.is_some() {
            self.report.error = attempt.error;
        }
        let destination = lease.destination;
        let pace = attempt.verdict.pace;
        let settled = with(Settled::default(), |state| {
            let buffer = &mut state.buffer;
            if let Pace::Hold { ms } = pace {
                buffer.hold(destination, now_ms(), ms, attempt.status);
            }
            buffer.settle(lease.id, attempt.verdict.outcome)
        });
        self.report.add(settled);
        tell(&self.transport, settled);
        match pace {
            Pace::Go => self
                .troubles
                .retain(|known| known.destination != destination),
            Pace::BackOff => self.back_off(destination, 0.0),
            Pace::Hold { ms } => self.back_off(destination, ms),
        }
    }

    /// Pauses for a time that grows with the failures in a row, and is `least_ms` at least.
    fn back_off(&mut self, destination: DestinationId, least_ms: f64) {
        trap_point!("backoff");
        let trouble = self.trouble(destination);
        trouble.failures += 1;
        let ms = backoff_ms(trouble.failures, js_sys::Math::random());
        self.pause(destination, ms.max(least_ms));
    }

    /// Waits before this destination is tried again; not at all if that would be too late.
    fn pause(&mut self, destination: DestinationId, ms: f64) {
        if self.late || !self.timers || ms + self.worth_ms() >= self.budget.left_ms() {
            self.trouble(destination).over = true;
        } else {
            let until_ms = self.budget.elapsed_ms() + ms;
            self.lanes.push(Lane::pausing(destination, until_ms));
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
            state.buffer.held_back(self.horizon, now_ms()).collect()
        })
    }

    fn others_in_flight(&self) -> bool {
        self.remaining().1 > 0
    }

    /// Spans before the horizon that are still here, and of these the ones in flight.
    fn remaining(&self) -> (usize, usize) {
        trap_point!("remaining");
        with((0, 0), |state| state.buffer.remaining(self.horizon))
    }

    fn concluded(mut self) -> FlushReport {
        if self.report.error.is_none() {
            self.report.error = self.explained();
        }
        let (pending, _) = self.remaining();
        self.report.concluded(pending)
    }

    /// Says why spans wait, if nothing that this flush met itself says it.
    fn explained(&self) -> Option<FlushError> {
        let (_, hold) = self.held_back().into_iter().next()?;
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
pub(crate) fn tell(transport: &Transport, settled: Settled) {
    let (reason, dropped) = settled.dropped.unzip();
    transport.settled(
        float(settled.exported),
        float(settled.rejected),
        float(dropped.unwrap_or(0)),
        reason.map(crate::DropReason::name),
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
