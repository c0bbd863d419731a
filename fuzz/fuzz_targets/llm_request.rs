//! Reads the body of a request: what remains of it in a span is valid JSON without the secrets of tools, and
//! the same for all ways to cut the bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (format, size, body) = input;
    let mut call = laminar_edge_fuzz::call(format);
    let whole = (call.request(body), call.request_attributes());
    laminar_edge_fuzz::check(&whole.1);
    let mut call = laminar_edge_fuzz::call(format);
    for piece in body.chunks(usize::from(size).max(1)) {
        call.request_part(piece);
    }
    assert_eq!((call.request(&[]), call.request_attributes()), whole);

    if body.len() < 1024 && !body.windows(7).any(|part| part == b"planted") {
        let (front, back) = (
            br#"{"model":"m","tools":[{"type":"mcp","authorization":"planted","x":"#,
            br#","headers":{"x":"planted"}}]}"#,
        );
        let mut call = laminar_edge_fuzz::call(format);
        call.request(&[&front[..], body, &back[..]].concat());
        assert!(!format!("{:?}", call.request_attributes()).contains("planted"));
    }
});
