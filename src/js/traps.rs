//! Traps on purpose, in the build that tests them: each export and each place behind an await can
//! be told to panic the next time it is passed.

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
    use core::cell::RefCell;

    use wasm_bindgen::prelude::*;

    thread_local! {
        static ARMED: RefCell<String> = const { RefCell::new(String::new()) };
    }

    /// Panics.
    #[wasm_bindgen]
    pub fn trap_now() {
        #[expect(clippy::panic, reason = "what this build is for")]
        {
            panic!("a trap on purpose");
        }
    }

    /// Makes the next passage of a place panic.
    #[wasm_bindgen]
    pub fn arm_trap(place: String) {
        ARMED.with(|armed| armed.replace(place));
    }

    pub(crate) fn pass(place: &str) {
        let here = ARMED.with(|armed| armed.borrow().as_str() == place);
        if here {
            ARMED.with(|armed| armed.take());
            trap_now();
        }
    }
}
