//! Ids and timestamps from the words of a packed record.

/// Returns the bytes of an id, by its halves: WebAssembly has no instruction that swaps bytes, and
/// eight at once take three times as long as four.
pub(crate) fn id_bytes(high: u32, low: u32) -> [u8; 8] {
    (u64::from(low.swap_bytes()) << 32 | u64::from(high.swap_bytes())).to_le_bytes()
}

/// Returns whole milliseconds and the nanoseconds beyond as nanoseconds since 1970.
#[expect(
    clippy::cast_possible_truncation,
    reason = "float casts saturate, and no date is that late"
)]
pub(crate) fn unix_nano(ms: f64, nanoseconds: u32) -> u64 {
    const MOST: u64 = u64::MAX / 1_000_000;
    // Through i64, because processors convert to that. `saturating_mul` would multiply in 128 bits.
    let ms = (ms as i64).max(0).unsigned_abs().min(MOST);
    (ms * 1_000_000).saturating_add(u64::from(nanoseconds))
}
