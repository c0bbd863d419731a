//! The one piece of state of an instance.

use core::cell::RefCell;

#[cfg(feature = "js")]
use crate::js::staging::Staging;
use crate::{Limits, SpanBuffer};

/// Laminar discards resources; other receivers show this name.
const RESOURCE: &[(&str, &str)] = &[
    ("service.name", "laminar-edge"),
    ("telemetry.sdk.name", "laminar-edge"),
    ("telemetry.sdk.language", "webjs"),
    ("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
];

pub(crate) struct State {
    pub(crate) buffer: SpanBuffer,
    #[cfg(feature = "js")]
    pub(crate) staging: Staging,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State {
        buffer: SpanBuffer::new(Limits::default(), RESOURCE),
        #[cfg(feature = "js")]
        staging: Staging::new(),
    });
}

/// Runs `action` on the state; `otherwise` if somebody up the stack is at it already, which only
/// a defect can bring about and which must not become a trap.
pub(crate) fn with<T>(otherwise: T, action: impl FnOnce(&mut State) -> T) -> T {
    STATE.with(|state| match state.try_borrow_mut() {
        Ok(mut state) => action(&mut state),
        Err(_) => otherwise,
    })
}
