//! A trap to call, in the build that tests what follows one.

use wasm_bindgen::prelude::*;

/// Panics.
#[wasm_bindgen]
pub fn trap_now() {
    #[expect(clippy::panic, reason = "what this build is for")]
    {
        panic!("a trap on purpose");
    }
}
