//! What the runtime writes into the memory of an instance. workerd finds the word by its export and writes
//! from a signal handler, so it is atomic. Its sibling `__instance_terminated` is made by wasm-bindgen.

use core::sync::atomic::{AtomicU32, Ordering};

/// SIGXCPU.
const CPU_IS_SHORT: u32 = 24;

/// 24 when the CPU time of the request that runs is nearly used up.
#[expect(unsafe_code, reason = "the runtime looks for an export of this name")]
#[unsafe(no_mangle)]
#[used]
pub static __instance_signal: AtomicU32 = AtomicU32::new(0);

/// Whether CPU time is nearly used up. Says so once for each time that the runtime does.
#[inline]
pub(crate) fn cpu_is_short() -> bool {
    if __instance_signal.load(Ordering::Relaxed) != CPU_IS_SHORT {
        return false;
    }
    __instance_signal.store(0, Ordering::Relaxed);
    true
}
