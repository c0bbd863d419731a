//! What the words of a packed record stand for.

/// Two halves, for WebAssembly swaps bytes by hand: eight at once take three times as long as four.
pub(crate) fn id_bytes(high: u32, low: u32) -> [u8; 8] {
    (u64::from(low.swap_bytes()) << 32 | u64::from(high.swap_bytes())).to_le_bytes()
}

/// Whole milliseconds and the nanoseconds beyond, as nanoseconds since 1970.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate; no date is negative here"
)]
pub(crate) fn unix_nano(ms: f64, nanoseconds: u32) -> u64 {
    // Not saturating_mul, which multiplies in 128 bits; by way of i64, which machines convert to.
    let ms = (ms as i64).clamp(0, i64::MAX / 1_000_000);
    ms.unsigned_abs() * 1_000_000 + u64::from(nanoseconds)
}
