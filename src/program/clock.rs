//! Clock and jitter of a flush with reqwest.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

/// Returns milliseconds since 1970.
pub(crate) fn now_ms() -> f64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.unwrap_or_default().as_secs_f64() * 1_000.0
}

/// Returns a random number from 0 to 1, taken from the seed that the standard library gives its maps.
pub(crate) fn random_share() -> f64 {
    let [byte, ..] = RandomState::new().build_hasher().finish().to_le_bytes();
    f64::from(byte) / 255.0
}
