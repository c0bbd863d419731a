//! Traps on purpose, in the build that tests them.

use core::cell::Cell;

use wasm_bindgen::prelude::*;

thread_local! {
    static AFTER_AWAIT: Cell<bool> = const { Cell::new(false) };
}

/// Panics.
#[wasm_bindgen]
pub fn trap_now() {
    #[expect(clippy::panic, reason = "what this build is for")]
    {
        panic!("a trap on purpose");
    }
}

/// Makes the next flush panic after its first await.
#[wasm_bindgen]
pub fn trap_after_await() {
    AFTER_AWAIT.set(true);
}

pub(crate) fn here() {
    if AFTER_AWAIT.take() {
        trap_now();
    }
}
