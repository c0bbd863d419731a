//! Reads server-sent events: the span is the same for all ways to cut the bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (format, size, body) = input;
    laminar_edge_fuzz::answer(format, "text/event-stream", body, size);
});
