//! The clock and the one timer of a flush.

use core::cell::Cell;
use core::task::Context;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// Returns milliseconds since 1970.
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// The budget of a flush, and its only timer. The timer is set when the flush first waits, after its
/// requests have left, and serves all that the flush waits for: its deadline, pauses, beats and looks.
pub(crate) struct Budget {
    began_ms: f64,
    budget_ms: f64,
    /// The sum of the timers that fired. A clock that stands still must not make a flush endless.
    waited_ms: f64,
    timer: Option<Timer>,
}

/// A timer that is dropped is cleared.
struct Timer {
    _timeout: Timeout,
    fired: Rc<Cell<bool>>,
    ms: u32,
    due_at_ms: f64,
}

impl Timer {
    /// Sets a timer that wakes this task.
    fn new(context: &Context<'_>, ms: u32, due_at_ms: f64) -> Self {
        let fired = Rc::new(Cell::new(false));
        let (waker, told) = (context.waker().clone(), fired.clone());
        let timeout = Timeout::new(ms, move || {
            told.set(true);
            waker.wake();
        });
        Self {
            _timeout: timeout,
            fired,
            ms,
            due_at_ms,
        }
    }
}

impl Budget {
    pub(crate) fn new(budget_ms: f64) -> Self {
        Self {
            began_ms: performance_now(),
            budget_ms,
            waited_ms: 0.0,
            timer: None,
        }
    }

    /// Returns how much time has passed since the flush began.
    pub(crate) fn elapsed_ms(&self) -> f64 {
        (performance_now() - self.began_ms).max(self.waited_ms)
    }

    /// Returns how much of the budget is left.
    pub(crate) fn left_ms(&self) -> f64 {
        self.budget_ms - self.elapsed_ms()
    }

    /// Sets the timer: in `ms`, or sooner if less of the budget is left. One that fires sooner stays.
    pub(crate) fn wake_in(&mut self, context: &Context<'_>, ms: f64) {
        let elapsed_ms = self.elapsed_ms();
        let ms = whole_ms(ms.min(self.budget_ms - elapsed_ms));
        let due_at_ms = elapsed_ms + f64::from(ms);
        let is_sooner = |timer: &Timer| timer.due_at_ms <= due_at_ms + 1.0;
        if !self.timer.as_ref().is_some_and(is_sooner) {
            self.timer = Some(Timer::new(context, ms, due_at_ms));
        }
    }

    /// Whether the timer has fired since this was last asked.
    pub(crate) fn fired(&mut self) -> bool {
        let Some(timer) = self.timer.take_if(|timer| timer.fired.get()) else {
            return false;
        };
        self.waited_ms += f64::from(timer.ms);
        true
    }
}

/// Rounds up, so that no timer fires before its time.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate"
)]
pub(crate) fn whole_ms(ms: f64) -> u32 {
    ms.ceil() as u32
}
