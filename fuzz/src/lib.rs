//! Helpers that several targets share.

use laminar_edge_llm::{Call, End, Finished, Format, Options, Value};

/// Begins a call to a known host.
pub fn call(format: u8) -> Call {
    let formats: Vec<_> = (0..).map_while(Format::from_number).collect();
    Call::new(Options {
        format: formats[usize::from(format) % formats.len()],
        system: String::new(),
        model: String::new(),
        stream: false,
        known_host: true,
        record_inputs: true,
        record_outputs: true,
        media_limit_bytes: 600,
    })
}

/// Reads an answer in one piece and in pieces of `size` bytes, and returns the span of both.
pub fn answer(format: u8, content_type: &str, body: &[u8], size: u8) -> Finished {
    let read = |size: usize| {
        let mut call = call(format);
        call.request(br#"{"model":"m","messages":[],"stream":true}"#);
        call.response(200, content_type);
        for piece in body.chunks(size) {
            call.chunk(piece);
        }
        call.finish(End::Complete)
    };
    let span = read(body.len().max(1));
    assert_eq!(span, read(usize::from(size).max(1)));
    check(&span.attributes);
    span
}

/// Checks that messages and tools are valid JSON.
pub fn check(attributes: &[(String, Value)]) {
    for (key, value) in attributes {
        if key.ends_with(".messages") || key.ends_with(".definitions") {
            let Value::Str(text) = value else {
                panic!("{key} is no text");
            };
            // serde_json refuses a lone surrogate, which JSON.parse accepts.
            if !text.contains("\\ud") && !text.contains("\\uD") {
                let json: serde_json::Value = serde_json::from_str(text).expect(key);
                assert!(json.is_array(), "{key}");
            }
        }
    }
}
