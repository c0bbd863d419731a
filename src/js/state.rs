//! The one piece of state of an instance.

use core::cell::Cell;

#[cfg(feature = "js")]
use crate::js::staging::Staging;
use crate::{Limits, SpanBuffer};

/// As OpenTelemetry names the languages of SDKs: the npm package's, or that of a Worker in Rust.
const LANGUAGE: &str = if cfg!(feature = "js") {
    "webjs"
} else {
    "rust"
};

/// Laminar discards resources; other receivers show this name.
const RESOURCE: &[(&str, &str)] = &[
    ("service.name", "laminar-edge"),
    ("telemetry.sdk.name", "laminar-edge"),
    ("telemetry.sdk.language", LANGUAGE),
    ("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
];

pub(crate) struct State {
    pub(crate) buffer: SpanBuffer,
    #[cfg(feature = "js")]
    pub(crate) staging: Staging,
}

thread_local! {
    static STATE: Cell<Option<Box<State>>> = const { Cell::new(None) };
    static WAS_MADE: Cell<bool> = const { Cell::new(false) };
}

/// Runs `action` on the state. Returns `otherwise` if a caller borrows the state already: that is a
/// defect, and must not become a trap.
pub(crate) fn with<T>(otherwise: T, action: impl FnOnce(&mut State) -> T) -> T {
    let Some(mut state) = take() else {
        return otherwise;
    };
    let result = action(&mut state);
    // There is nothing in its place that would have to be dropped.
    core::mem::forget(STATE.replace(Some(state)));
    result
}

/// Takes the state out of its place; `None` if it is not there.
#[inline(never)]
fn take() -> Option<Box<State>> {
    STATE.take().or_else(|| {
        let make = || {
            Box::new(State {
                buffer: SpanBuffer::new(Limits::default(), RESOURCE),
                #[cfg(feature = "js")]
                staging: Staging::new(),
            })
        };
        (!WAS_MADE.replace(true)).then(make)
    })
}
