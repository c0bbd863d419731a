//! Marks that are equal for equal values: SipHash-2-4 with the user's key. They link values to each
//! other; whoever has the key can find a value by trying.

/// Returns the lower 32 bits of the hash as eight hexadecimal digits.
pub(super) fn mark(key: &[u8; 16], value: &[u8]) -> [u8; 8] {
    let hash = siphash(key, value);
    let mut digits = [0; 8];
    for (at, digit) in digits.iter_mut().enumerate() {
        let nibble = (hash >> (28 - 4 * at)) & 15;
        *digit = b"0123456789abcdef"
            .get(usize::try_from(nibble).unwrap_or(0))
            .copied()
            .unwrap_or(b'0');
    }
    digits
}

/// SipHash-2-4 by Aumasson and Bernstein.
fn siphash(key: &[u8; 16], value: &[u8]) -> u64 {
    let (low, high) = key.split_at(8);
    let (k0, k1) = (word(low), word(high));
    let mut state = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let chunks = value.chunks_exact(8);
    let length = (value.len() as u64) << 56;
    let last = word(chunks.remainder()) | length;
    for block in chunks.map(word).chain([last]) {
        state[3] ^= block;
        round(&mut state);
        round(&mut state);
        state[0] ^= block;
    }
    state[2] ^= 0xFF;
    for _ in 0..4 {
        round(&mut state);
    }
    state[0] ^ state[1] ^ state[2] ^ state[3]
}

/// Reads up to eight bytes, the lowest first.
fn word(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |word, byte| word << 8 | u64::from(*byte))
}

fn round(state: &mut [u64; 4]) {
    let [mut a, mut b, mut c, mut d] = *state;
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
    *state = [a, b, c, d];
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
