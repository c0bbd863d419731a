//! What the words of a packed record stand for.

pub(crate) fn span_bytes(high: u32, low: u32) -> [u8; 8] {
    (u64::from(high) << 32 | u64::from(low)).to_be_bytes()
}

pub(crate) fn trace_bytes(words: [u32; 4]) -> [u8; 16] {
    words
        .into_iter()
        .fold(0u128, |id, word| id << 32 | u128::from(word))
        .to_be_bytes()
}

/// Whole milliseconds and the nanoseconds beyond, as nanoseconds since 1970.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate; no date is negative here"
)]
pub(crate) fn unix_nano(ms: f64, nanoseconds: u32) -> u64 {
    // Not saturating_mul, which multiplies in 128 bits.
    ((ms as u64).min(u64::MAX / 1_000_000) * 1_000_000).saturating_add(u64::from(nanoseconds))
}
