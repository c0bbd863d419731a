//! Requests with spans from Rust, read by a decoder that is not ours.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has done its work, helpers included"
)]

mod common;

use common::any_span::any_span;
use common::expected::{frozen, otlp_span, string};
use common::{buffer, decode, only_body, request, span, RESOURCE};
use laminar_edge::{Event, Limits, Link, SpanBuffer, SpanData, SpanKind, Status, Value};
use opentelemetry_proto::tonic::common::v1::any_value;
use proptest::prelude::*;
use prost::Message;

fn sent(data: &SpanData) -> Vec<u8> {
    let (mut buffer, destination) = buffer(Limits::default());
    assert!(buffer.push(destination, data));
    only_body(&mut buffer)
}

#[test]
fn every_field_of_a_full_span_arrives() {
    let mut data = span(0x0102_0304_0506_0708, 3);
    data.parent_span_id = Some(span(9, 0).span_id);
    data.name = "Frage — 質問 🙂".into();
    data.kind = SpanKind::Client;
    data.start_time_unix_nano = 1_700_000_000_123_456_789;
    data.end_time_unix_nano = u64::MAX;
    data.status = Status::Error("не вышло".into());
    data.parent_is_remote = true;
    data.dropped_attributes_count = u32::MAX;
    data.dropped_events_count = 1;
    data.dropped_links_count = 7;
    data.attributes = vec![
        ("text".into(), "שלום".into()),
        ("".into(), "".into()),
        ("yes".into(), true.into()),
        ("no".into(), false.into()),
        ("least".into(), i64::MIN.into()),
        ("most".into(), i64::MAX.into()),
        ("nan".into(), Value::Double(f64::NAN)),
        ("infinite".into(), Value::Double(f64::NEG_INFINITY)),
        ("minus zero".into(), Value::Double(-0.0)),
        ("bytes".into(), Value::Bytes((0..=255).collect())),
        ("no bytes".into(), Value::Bytes(vec![])),
        ("nothing".into(), Value::Array(vec![])),
        (
            "things".into(),
            Value::Array(vec![
                Value::Int(-1),
                "é".into(),
                Value::Array(vec![false.into()]),
            ]),
        ),
        (
            "map".into(),
            Value::KvList(vec![("k".into(), Value::KvList(vec![]))]),
        ),
    ];
    data.events = vec![
        Event {
            time_unix_nano: 5,
            name: "exception".into(),
            attributes: vec![("exception.message".into(), "🙂".into())],
        },
        Event {
            time_unix_nano: 0,
            name: "".into(),
            attributes: vec![],
        },
    ];
    data.links = vec![Link {
        trace_id: data.trace_id,
        span_id: span(77, 0).span_id,
        attributes: vec![("why".into(), 1.into())],
    }];
    let found = decode(&sent(&data)).remove(0);
    assert_eq!(frozen(found.clone()), frozen(otlp_span(&data)));
    assert_eq!((found.trace_id.len(), found.span_id.len()), (16, 8));
    assert_eq!(found.flags, 0x301);
    let first = found.attributes[4].value.clone().unwrap().value;
    assert_eq!(first, Some(any_value::Value::IntValue(i64::MIN)));
}

#[test]
fn a_root_span_has_no_parent_and_an_unset_status_is_not_sent() {
    let found = decode(&sent(&span(1, 0))).remove(0);
    assert!(found.parent_span_id.is_empty());
    assert_eq!(found.status, None);
    assert_eq!(found.flags, 0x101);
}

#[test]
fn an_error_without_a_message_is_still_an_error() {
    let mut data = span(1, 0);
    for (status, code) in [(Status::Ok, 1), (Status::Error(String::new()), 2)] {
        data.status = status;
        let found = decode(&sent(&data)).remove(0).status.unwrap();
        assert_eq!((found.code, found.message.as_str()), (code, ""));
    }
}

#[test]
fn a_deeply_nested_value_is_cut_and_the_batch_still_decodes() {
    let nested = (0..200).fold(Value::from("deep"), |inner, level| match level % 2 {
        0 => Value::Array(vec![inner]),
        _ => Value::KvList(vec![("k".into(), inner)]),
    });
    let mut data = span(1, 0);
    data.attributes = vec![("nested".into(), nested), ("flat".into(), 1.into())];
    let decoded = decode(&sent(&data));
    let attributes = &decoded[0].attributes;
    assert_eq!(attributes.last().unwrap().key, "flat");
}

#[test]
fn a_value_within_24_others_arrives_and_a_deeper_one_is_left_empty() {
    let text = any_value::Value::StringValue("deep".into());
    for lists in [false, true] {
        for (depth, expected) in [(24, Some(text.clone())), (25, None)] {
            let value = (0..depth).fold(Value::from("deep"), |inner, _| match lists {
                true => Value::Array(vec![inner]),
                false => Value::KvList(vec![("k".into(), inner)]),
            });
            let mut data = span(1, 0);
            data.attributes = vec![("nested".into(), value)];
            let mut found = decode(&sent(&data))[0].attributes[0].value.clone();
            for _ in 0..depth {
                found = match found.unwrap().value.unwrap() {
                    any_value::Value::ArrayValue(mut array) => array.values.pop(),
                    any_value::Value::KvlistValue(mut list) => list.values.pop().unwrap().value,
                    other => panic!("{other:?}"),
                };
            }
            assert_eq!(found.and_then(|value| value.value), expected, "{depth}");
        }
    }
}

#[test]
fn a_request_takes_no_byte_more_than_another_encoder_needs() {
    let mut data = span(1, 300);
    data.kind = SpanKind::Client;
    data.status = Status::Ok;
    let body = sent(&data);
    assert_eq!(request(&body).encoded_len(), body.len());
}

#[test]
fn a_long_text_in_any_place_is_recorded_in_little_more_memory() {
    let long = "x".repeat(20_000);
    let plain = span(1, 0);
    let pair = |key: &str, value: Value| vec![(key.to_owned(), value)];
    let event = |name: &str, attributes| Event {
        time_unix_nano: 5,
        name: name.to_owned(),
        attributes,
    };
    let link = |attributes| Link {
        trace_id: plain.trace_id,
        span_id: plain.span_id,
        attributes,
    };
    let text = Value::from(long.as_str());
    let bytes = Value::Bytes(long.clone().into_bytes());
    let list = Value::Array(vec![text.clone()]);
    let map = Value::KvList(pair("k", text.clone()));
    let mut spans = vec![plain.clone(); 10];
    spans[0].name = long.clone();
    spans[1].status = Status::Error(long.clone());
    for (data, value) in spans[2..].iter_mut().zip([text.clone(), bytes, list, map]) {
        data.attributes = pair("k", value);
    }
    spans[6].attributes = pair(&long, text.clone());
    spans[7].events = vec![event(&long, vec![])];
    spans[8].events = vec![event("e", pair("k", text.clone()))];
    spans[9].links = vec![link(pair("k", text))];
    for (place, data) in spans.iter().enumerate() {
        let (mut buffer, destination) = buffer(Limits::default());
        assert!(buffer.push(destination, data), "{place}");
        let kept = buffer.allocated_bytes();
        assert!(kept < 42_000, "{kept} for {place}");
        assert_eq!(
            frozen(decode(&only_body(&mut buffer)).remove(0)),
            frozen(otlp_span(data))
        );
    }
}

#[test]
fn resource_and_scope_are_sent_once_per_request() {
    let (mut buffer, destination) = buffer(Limits::default());
    for number in 1..=3 {
        buffer.push(destination, &span(number, 0));
    }
    let mut found = request(&only_body(&mut buffer));
    let mut found = found.resource_spans.remove(0);
    let expected = RESOURCE.map(|(key, value)| string(key, value));
    assert_eq!(found.resource.unwrap().attributes, expected);
    let found = found.scope_spans.remove(0);
    let scope = found.scope.unwrap();
    assert_eq!(scope.name, "lmnr.tracer");
    assert_eq!(scope.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(found.spans.len(), 3);
}

#[test]
fn a_program_without_resource_attributes_sends_valid_requests() {
    let mut buffer = SpanBuffer::new(Limits::default(), &[]);
    let destination = buffer.destination("u", "");
    buffer.push(destination, &span(1, 0));
    let found = request(&only_body(&mut buffer)).resource_spans.remove(0);
    assert!(found.resource.unwrap().attributes.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_span_arrives_as_it_was(data in any_span()) {
        let found = decode(&sent(&data)).remove(0);
        prop_assert_eq!(frozen(found), frozen(otlp_span(&data)));
    }

    #[test]
    fn spans_of_a_batch_do_not_touch_each_other(all in prop::collection::vec(any_span(), 1..6)) {
        let (mut buffer, destination) = buffer(Limits::default());
        for data in &all {
            prop_assert!(buffer.push(destination, data));
        }
        let found = decode(&only_body(&mut buffer));
        let found: Vec<_> = found.into_iter().map(frozen).collect();
        let expected: Vec<_> = all.iter().map(|data| frozen(otlp_span(data))).collect();
        prop_assert_eq!(found, expected);
    }
}
