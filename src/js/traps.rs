//! Traps on purpose, in the build that tests them: every place that has a name here can be told to
//! panic when it is passed.

/// A place where the test build can be told to panic; nothing in the package.
macro_rules! trap_point {
    ($place:literal) => {
        #[cfg(feature = "test-traps")]
        $crate::js::traps::armed::pass($place);
    };
}
pub(crate) use trap_point;

#[cfg(feature = "test-traps")]
pub(crate) mod armed {
    use js_sys::{global, Array, Reflect};
    use wasm_bindgen::prelude::*;

    /// Where JavaScript keeps the places that are to panic, each once and in this order: an
    /// instance that is made in between has to find them.
    const ARMED: &str = "laminarTraps";

    /// Panics.
    #[wasm_bindgen]
    pub fn trap_now() {
        #[expect(clippy::panic, reason = "what this build is for")]
        {
            panic!("a trap on purpose");
        }
    }

    pub(crate) fn pass(place: &str) {
        let armed = Reflect::get(&global(), &ARMED.into()).unwrap_or_default();
        let Some(armed) = armed.dyn_ref::<Array>() else {
            return;
        };
        if armed.get(0) == place {
            armed.shift();
            trap_now();
        }
    }
}
