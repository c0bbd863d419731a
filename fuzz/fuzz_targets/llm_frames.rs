//! Reads frames of AWS, valid or broken: the span is the same for all ways to cut the bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;

const CONTENT_TYPE: &str = "application/vnd.amazon.eventstream";

fuzz_target!(|input: (u8, u8, Option<(u8, u8)>, &[u8])| {
    let (format, size, harm, bytes) = input;
    laminar_edge_fuzz::answer(format, CONTENT_TYPE, bytes, size);
    let mut body = Vec::new();
    for payload in bytes.split(|byte| *byte == 0) {
        body.extend(frame(b"\x0d:message-type\x07\x00\x05event", payload));
    }
    let whole = laminar_edge_fuzz::answer(format, CONTENT_TYPE, &body, size);
    if let (Some((at, flip)), Some(_)) = (harm, body.first()) {
        let at = usize::from(at) % body.len();
        body[at] ^= flip;
        let harmed = laminar_edge_fuzz::answer(format, CONTENT_TYPE, &body, size);
        assert!(flip > 0 || harmed == whole);
    }
});

/// Returns a frame whose checksums another crate computed.
fn frame(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let length = |len: usize| u32::try_from(len).unwrap().to_be_bytes();
    let mut frame = Vec::new();
    frame.extend(length(headers.len() + payload.len() + 16));
    frame.extend(length(headers.len()));
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame.extend(headers);
    frame.extend(payload);
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame
}
