//! Takes packed records that contradict themselves: each becomes a span of the next request or a
//! counted loss, and never breaks the request.
#![no_main]

use laminar_edge::packed::Packed;
use laminar_edge::protobuf::{Field, Fields};
use laminar_edge::{Limits, SpanBuffer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut rest = input;
    let mut take = |len: usize| {
        let (front, back) = rest.split_at(len.min(rest.len()));
        rest = back;
        front
    };
    let &[floats, text, units] = take(3) else {
        return;
    };
    let floats: Vec<f64> = take(8 * usize::from(floats))
        .chunks_exact(8)
        .map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap()))
        .collect();
    let text = take(usize::from(text)).to_vec();
    let words: Vec<u32> = take(usize::MAX)
        .chunks_exact(4)
        .map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap()))
        .collect();
    let packed = Packed {
        words: &words,
        floats: &floats,
        text: &text,
        units: units.into(),
    };

    let mut buffer = SpanBuffer::new(Limits::default(), &[("service.name", "fuzz")]);
    buffer.set_constants(&[("k", "v")]);
    let destination = buffer.destination("http://localhost/v1/traces", "k");
    let mut taken = 0;
    for _ in 0..2 {
        taken += usize::from(buffer.push_packed(destination, &packed) == Ok(true));
    }
    let stats = buffer.stats();
    assert!(stats.is_balanced(), "{stats:?}");
    assert_eq!(stats.buffered, taken as u64);
    let horizon = buffer.seal();
    let mut sent = 0;
    while let Some(lease) = buffer.lease(horizon, &[], 0.0, 1.0) {
        sent += spans_in(buffer.body(lease.id).unwrap());
        buffer.settle(lease.id, laminar_edge::Outcome::Refused);
    }
    assert_eq!(sent, taken);
    assert!(buffer.stats().is_balanced());
});

/// Walks through resource spans, scope spans and spans (fields 1, 2 and 2); no byte is left over.
fn spans_in(body: &[u8]) -> usize {
    nested(body, 1)
        .flat_map(|resource_spans| nested(resource_spans, 2))
        .flat_map(|scope_spans| nested(scope_spans, 2))
        .count()
}

fn nested(message: &[u8], wanted: u32) -> impl Iterator<Item = &[u8]> {
    let mut fields = Fields(message);
    std::iter::from_fn(move || {
        let before = fields.0.len();
        let next = fields.next();
        assert!(next.is_some() || before == 0, "a message that ends early");
        next
    })
    .filter_map(move |(field, value)| match value {
        Field::Bytes(bytes) if field == wanted => Some(bytes),
        _ => None,
    })
}
