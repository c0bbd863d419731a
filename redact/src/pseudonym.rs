//! Marks that are equal for equal values: SipHash-2-4 with the user's key. They link values to each
//! other; whoever has the key can find a value by trying.

use super::scan::byte;

/// Returns the lower 32 bits of the hash as eight hexadecimal digits.
pub(super) fn mark(key: &[u8; 16], value: &[u8]) -> [u8; 8] {
    let mut hash = siphash(key, value) << 32;
    let mut digits = [0; 8];
    for digit in &mut digits {
        hash = hash.rotate_left(4);
        let nibble = usize::try_from(hash & 15).unwrap_or(0);
        *digit = b"0123456789abcdef".get(nibble).copied().unwrap_or(b'0');
    }
    digits
}

/// SipHash-2-4 by Aumasson and Bernstein.
fn siphash(key: &[u8; 16], value: &[u8]) -> u64 {
    let (k0, k1) = (word(key, 0), word(key, 8));
    let mut a = k0 ^ 0x736f_6d65_7073_6575;
    let mut b = k1 ^ 0x646f_7261_6e64_6f6d;
    let mut c = k0 ^ 0x6c79_6765_6e65_7261;
    let mut d = k1 ^ 0x7465_6462_7974_6573;
    let mut at = 0;
    loop {
        // The last block has the length in its last byte; after it the hash is finished.
        let is_end = at > value.len();
        let mut block = 0;
        let mut rounds = 2;
        if is_end {
            c ^= 0xFF;
            rounds = 4;
        } else {
            block = word(value, at);
            if value.len() - at < 8 {
                block |= (value.len() as u64) << 56;
            }
        }
        d ^= block;
        for _ in 0..rounds {
            a = a.wrapping_add(b);
            b = b.rotate_left(13) ^ a;
            a = a.rotate_left(32);
            c = c.wrapping_add(d);
            d = d.rotate_left(16) ^ c;
            a = a.wrapping_add(d);
            d = d.rotate_left(21) ^ a;
            c = c.wrapping_add(b);
            b = b.rotate_left(17) ^ c;
            c = c.rotate_left(32);
        }
        a ^= block;
        if is_end {
            return a ^ b ^ c ^ d;
        }
        at += 8;
    }
}

/// Reads eight bytes, the lowest first; there are zeros after the end.
#[inline(never)]
fn word(bytes: &[u8], at: usize) -> u64 {
    let mut word = 0;
    for place in (at..at + 8).rev() {
        word = word << 8 | u64::from(byte(bytes, place));
    }
    word
}

#[cfg(test)]
mod tests {
    use super::siphash;

    /// The vectors of the reference implementation: key 00 … 0f, values 00, 00 01, ….
    #[test]
    fn agrees_with_the_reference() {
        let key: [u8; 16] = *b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f";
        let value: Vec<u8> = (0..15).collect();
        assert_eq!(siphash(&key, &[]), 0x726f_db47_dd0e_0e31);
        assert_eq!(siphash(&key, &value), 0xa129_ca61_49be_45e5);
    }
}
