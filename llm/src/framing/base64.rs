//! Base64, in which Bedrock wraps the events of a model.

use crate::json::push;

/// Returns what base64 text stands for, up to the first letter that is not of it.
pub(crate) fn decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in text {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            // A slash may be escaped.
            b'\\' => continue,
            _ => break,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            push(
                &mut out,
                u8::try_from(bits >> held & 0xff).unwrap_or_default(),
            );
        }
    }
    out
}
