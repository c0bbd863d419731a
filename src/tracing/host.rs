//! Clock and ids, which the core below does not know.

use crate::span::{SpanId, TraceId};

use imp::random;

pub(crate) use imp::now_unix_nano;

/// Returns a new id; `None` where there is no randomness, as in a Worker's global scope.
pub(crate) fn random_trace_id() -> Option<TraceId> {
    TraceId::from_bytes(random()?)
}

/// Returns a new id; `None` where there is no randomness.
pub(crate) fn random_span_id() -> Option<SpanId> {
    SpanId::from_bytes(random()?)
}

#[cfg(not(target_arch = "wasm32"))]
mod imp {
    use std::time::{SystemTime, UNIX_EPOCH};

    pub(super) fn random<const N: usize>() -> Option<[u8; N]> {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Returns nanoseconds since 1970.
    pub(crate) fn now_unix_nano() -> u64 {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        u64::try_from(since_1970.unwrap_or_default().as_nanos()).unwrap_or(u64::MAX)
    }
}

#[cfg(all(feature = "worker", target_arch = "wasm32"))]
mod imp {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
        fn get_random_values(bytes: &mut [u8]) -> Result<JsValue, JsValue>;
    }

    pub(super) fn random<const N: usize>() -> Option<[u8; N]> {
        let mut bytes = [0; N];
        get_random_values(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Returns nanoseconds since 1970, in steps of a millisecond. In production a Worker's clock stands
    /// still while it computes.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since 1970 are neither negative nor near 2^64"
    )]
    pub(crate) fn now_unix_nano() -> u64 {
        (js_sys::Date::now() as u64).saturating_mul(1_000_000)
    }
}
