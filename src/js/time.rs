//! Waiting, and the clock that leases look at.

use core::cell::{Cell, RefCell};
use core::future::{poll_fn, Future};
use core::pin::{pin, Pin};
use core::task::{Context, Poll};

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;

use crate::js::traps::trap_point;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    /// A number in words: what formats numbers in Rust would add a twentieth to the module.
    #[wasm_bindgen(js_name = String)]
    pub(crate) fn decimal(number: u32) -> String;
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// The end of a flush's budget. Measured by a timer and not by the clock, which may jump. All
/// that a flush waits for looks at the same one.
pub(crate) struct Deadline {
    timer: Option<RefCell<TimeoutFuture>>,
    passed: Cell<bool>,
    ends_at_ms: f64,
}

impl Deadline {
    /// In `budget_ms`; never, where there are no timers.
    pub(crate) fn new(budget_ms: u32, timers: bool) -> Self {
        Self {
            timer: timers.then(|| RefCell::new(TimeoutFuture::new(budget_ms))),
            passed: Cell::new(false),
            ends_at_ms: performance_now() + f64::from(budget_ms),
        }
    }

    /// About how much is left of the budget: what is worth beginning, not when to end.
    pub(crate) fn remaining_ms(&self) -> f64 {
        self.ends_at_ms - performance_now()
    }

    pub(crate) fn has_passed(&self) -> bool {
        self.passed.get()
    }

    pub(crate) fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        if self.passed.get() {
            return Poll::Ready(());
        }
        let Some(timer) = self.timer.as_ref() else {
            return Poll::Pending;
        };
        let poll = Pin::new(&mut *timer.borrow_mut()).poll(context);
        self.passed.set(poll.is_ready());
        poll
    }
}

/// What `work` gives, or `None` if the deadline passes first.
pub(crate) async fn before<T>(deadline: &Deadline, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => deadline.poll(context).map(|()| None),
    })
    .await
}

/// The same, calling `beat` every `interval_ms` while it waits.
pub(crate) async fn before_beating<T>(
    deadline: &Deadline,
    work: impl Future<Output = T>,
    interval_ms: u32,
    beat: impl Fn(),
) -> Option<T> {
    let mut work = pin!(work);
    if deadline.timer.is_none() {
        return before(deadline, work).await;
    }
    loop {
        let mut pause = TimeoutFuture::new(interval_ms);
        let round = poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending => Pin::new(&mut pause).poll(context).map(|()| None),
        });
        match before(deadline, round).await {
            Some(Some(value)) => return Some(value),
            Some(None) => {
                trap_point!("beat");
                beat();
            }
            None => return None,
        }
    }
}

/// Waits; shorter if the deadline passes.
pub(crate) async fn sleep(deadline: &Deadline, ms: u32) {
    before(deadline, TimeoutFuture::new(ms)).await;
}
