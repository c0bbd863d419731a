//! Reads one document, an array of documents and lines of documents: the span is the same for all ways to cut
//! the bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u8, bool, &[u8])| {
    let (format, size, lines, body) = input;
    let content_type = if lines {
        "application/x-ndjson"
    } else {
        "application/json"
    };
    laminar_edge_fuzz::answer(format, content_type, body, size);
});
