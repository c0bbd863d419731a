//! How flushes notice that the holder of a lease is dead.

use crate::encode::constants;
use crate::js::state::with;

/// How often a flush looks whether other flushes have settled their batches.
pub(crate) const LOOK_MS: f64 = 50.0;
/// How often the holder of a lease says that it lives.
pub(crate) const BEAT_MS: f64 = constants::BEAT_MS as f64;
/// A holder that has not said so for this long is dead.
const SILENCE_MS: f64 = 3.0 * BEAT_MS;

/// Ends leases that are overdue and whose holders have been seen silent for long enough.
pub(crate) fn expire_silent(now_ms: f64) {
    with((), |state| {
        state.buffer.expire_silent(now_ms, LOOK_MS, SILENCE_MS);
    });
}
