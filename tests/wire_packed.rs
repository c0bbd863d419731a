//! Requests with packed spans, as JavaScript sends them, read by a decoder that is not ours.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has done its work, helpers included"
)]

mod common;

use common::any_span::{packable, span_id, text};
use common::expected::{frozen, otlp_span, paths, string};
use common::packer::{pack, Packer, Path};
use common::{buffer, decode, dropped, only_body, span};
use laminar_edge::packed::{PackError, Packed};
use laminar_edge::{DropReason, Limits, SpanData, Value};
use opentelemetry_proto::tonic::common::v1::{any_value, AnyValue};
use proptest::prelude::*;
use prost::Message;

const CONSTANTS: [(&str, &str); 2] = [
    ("lmnr.span.instrumentation_source", "javascript"),
    ("lmnr.span.sdk_version", "0.1.0 ü"),
];

fn sent(data: &SpanData, path: &Path) -> Vec<u8> {
    let (mut buffer, destination) = buffer(Limits::default());
    buffer.set_constants(&CONSTANTS);
    let record = pack(data, path);
    assert_eq!(buffer.push_packed(destination, &record.packed()), Ok(true));
    only_body(&mut buffer)
}

#[test]
fn path_constants_and_attributes_are_in_this_order() {
    let mut data = span(3, 2);
    data.name = "корень".into();
    let path = vec![
        (span(1, 0).span_id, String::new()),
        (span(2, 0).span_id, "agent 🙂".into()),
        (data.span_id, data.name.clone()),
    ];
    let found = decode(&sent(&data, &path)).remove(0);
    let mut expected = otlp_span(&data);
    let own = expected.attributes.clone();
    expected.attributes = paths(&path).to_vec();
    expected
        .attributes
        .extend(CONSTANTS.map(|(key, value)| string(key, value)));
    expected.attributes.extend(own);
    assert_eq!(found, expected);
}

#[test]
fn a_request_takes_no_byte_more_than_another_encoder_needs() {
    let body = sent(&span(1, 300), &Path::new());
    assert_eq!(common::request(&body).encoded_len(), body.len());
}

#[test]
fn null_inside_an_array_is_a_value_without_a_value() {
    let data = span(1, 0);
    let mut packer = Packer::begin(&data, &Path::new());
    packer.array_of_null("list");
    packer.attribute("empty", &Value::Array(vec![]));
    let record = packer.end(&data);
    let (mut buffer, destination) = buffer(Limits::default());
    assert_eq!(buffer.push_packed(destination, &record.packed()), Ok(true));
    let found = decode(&only_body(&mut buffer)).remove(0).attributes;
    let list = |index: usize| match found[index].value.clone().unwrap().value {
        Some(any_value::Value::ArrayValue(array)) => array.values,
        other => panic!("{other:?}"),
    };
    assert_eq!(list(0), [AnyValue { value: None }]);
    assert_eq!(list(1), []);
}

#[test]
fn large_strings_arrive_whole_however_they_are_cut() {
    let large = "Привет, 世界 🙂 ".repeat(3_000);
    let data = span(1, 4);
    for pieces in [1, 2, 7] {
        let (mut buffer, destination) = buffer(Limits::default());
        buffer.push(destination, &span(9, 100));
        for (key, text) in [("lmnr.span.input", large.as_str()), ("small", "")] {
            let size = text.len().div_ceil(pieces).max(1);
            for piece in text.as_bytes().chunks(size).rev() {
                assert!(buffer.push_part(destination, piece));
            }
            assert!(buffer.push_key(destination, key.as_bytes()));
        }
        let record = pack(&data, &Path::new());
        assert_eq!(buffer.push_packed(destination, &record.packed()), Ok(true));
        let found = decode(&only_body(&mut buffer));
        let mut expected = otlp_span(&data);
        expected
            .attributes
            .extend([string("small", ""), string("lmnr.span.input", &large)]);
        assert_eq!(found, [otlp_span(&span(9, 100)), expected]);
    }
}

#[test]
fn a_pair_made_by_joining_is_reported_and_nothing_is_counted() {
    let data = span(1, 0);
    let pack = |high: u16, low: u16| {
        let mut packer = Packer::begin(&data, &Path::new());
        packer.utf16("", &[0x61, high]);
        packer.utf16("", &[low, 0x62]);
        packer.end(&data)
    };
    let (mut buffer, destination) = buffer(Limits::default());
    assert!(buffer.push_part(destination, b"large"));
    assert!(buffer.push_key(destination, b"kept"));
    let split = pack(0xd83d, 0xde42);
    let answer = buffer.push_packed(destination, &split.packed());
    assert_eq!(answer, Err(PackError::SplitPair));
    assert_eq!(buffer.stats().recorded, 0);
    let mended = pack(0xfffd, 0xfffd);
    assert_eq!(buffer.push_packed(destination, &mended.packed()), Ok(true));
    let found = decode(&only_body(&mut buffer)).remove(0).attributes;
    let expected = [
        string("", "a\u{fffd}"),
        string("", "\u{fffd}b"),
        string("kept", "large"),
    ];
    assert_eq!(found, expected);
    assert_eq!(buffer.stats().recorded, 1);
}

#[test]
fn lone_surrogates_that_form_no_pair_arrive_replaced() {
    let data = span(1, 0);
    let mut packer = Packer::begin(&data, &Path::new());
    packer.utf16("key", &[0xde42, 0x61, 0xd83d]);
    let record = packer.end(&data);
    let (mut buffer, destination) = buffer(Limits::default());
    assert_eq!(buffer.push_packed(destination, &record.packed()), Ok(true));
    let found = decode(&only_body(&mut buffer)).remove(0).attributes;
    assert_eq!(found, [string("key", "\u{fffd}a\u{fffd}")]);
}

#[test]
fn large_constants_leave_space_for_the_request_header() {
    let long = "c".repeat(600);
    for payload in 60_000..66_000 {
        if payload % 97 != 0 {
            continue;
        }
        let (mut buffer, destination) = buffer(Limits::default());
        buffer.set_constants(&[("constant", &long)]);
        buffer.push(destination, &span(1, payload));
        let record = pack(&span(2, 0), &Path::new());
        assert_eq!(buffer.push_packed(destination, &record.packed()), Ok(true));
        assert_eq!(common::drain(&mut buffer).concat(), [1, 2]);
    }
}

#[test]
fn pieces_without_a_key_make_the_record_malformed() {
    let (mut buffer, destination) = buffer(Limits::default());
    assert!(buffer.push_part(destination, b"whose?"));
    let record = pack(&span(1, 0), &Path::new());
    let answer = buffer.push_packed(destination, &record.packed());
    assert_eq!(answer, Ok(false));
    assert_eq!(dropped(&buffer, DropReason::Malformed), 1);
}

#[test]
fn a_span_from_rust_does_not_inherit_the_large_strings_of_another() {
    let (mut buffer, destination) = buffer(Limits::default());
    assert!(buffer.push_part(destination, b"whose?"));
    assert!(buffer.push_key(destination, b"key"));
    assert!(buffer.push(destination, &span(1, 3)));
    assert_eq!(common::table::chunks(&buffer)[0].spans, [1]);
    assert_eq!(decode(&only_body(&mut buffer)), [otlp_span(&span(1, 3))]);
}

#[test]
fn a_bit_anywhere_makes_an_id_and_none_makes_a_malformed_record() {
    let record = pack(&span(1, 0), &Path::new());
    // The trace, the span and its parent, in words of 32 bits.
    for (ids, at) in [(0..4, 0), (4..6, 16), (6..8, 24)] {
        for word in ids.clone() {
            for partner in ids.clone() {
                let mut words = record.words.clone();
                words[ids.clone()].fill(0);
                (words[word], words[partner]) = (7, 7);
                let (mut buffer, to) = buffer(Limits::default());
                let record = Packed {
                    words: &words,
                    ..record.packed()
                };
                assert_eq!(buffer.push_packed(to, &record), Ok(true));
                let found = decode(&only_body(&mut buffer)).remove(0);
                let found = [found.trace_id, found.span_id, found.parent_span_id].concat();
                let expected: Vec<u8> = words[ids.clone()]
                    .iter()
                    .flat_map(|word| word.to_be_bytes())
                    .collect();
                assert_eq!(found[at..at + expected.len()], expected);
            }
        }
    }
    for ids in [0..4, 4..6] {
        let mut words = record.words.clone();
        words[ids].fill(0);
        let record = Packed {
            words: &words,
            ..record.packed()
        };
        assert_malformed(&record);
    }
}

fn assert_malformed(record: &Packed<'_>) {
    let (mut buffer, to) = buffer(Limits::default());
    assert_eq!(buffer.push_packed(to, record), Ok(false));
    assert_eq!(dropped(&buffer, DropReason::Malformed), 1);
}

#[test]
fn a_record_with_a_word_a_number_or_a_letter_too_many_is_malformed() {
    let mut record = pack(&span(1, 0), &Path::new());
    record.words.insert(13, 0);
    assert_malformed(&record.packed());
    record.words.remove(13);
    record.floats.insert(2, 0.0);
    assert_malformed(&record.packed());
    record.floats.remove(2);
    record.text.insert(0, 'x');
    record.units += 1;
    assert_malformed(&record.packed());
}

#[test]
fn an_array_in_an_array_is_malformed() {
    let mut data = span(1, 0);
    data.attributes = vec![(
        "nested".into(),
        Value::Array(vec![Value::Array(vec![true.into()])]),
    )];
    assert_malformed(&pack(&data, &Path::new()).packed());
}

#[test]
fn a_record_asks_for_little_more_room_than_its_span_takes() {
    let plain = span(1, 0);
    let mut numbers = plain.clone();
    numbers.attributes = (0..300)
        .map(|number| (number.to_string(), Value::Double(0.5)))
        .collect();
    let ancestor = span(0x0102_0304_0506_0708, 0).span_id;
    let deep: Path = (0..300).map(|_| (ancestor, String::new())).collect();
    for (data, path, most) in [
        (span(1, 20_000), Path::new(), 22_000),
        (numbers, Path::new(), 16 << 10),
        (plain, deep, 36_000),
    ] {
        let (mut buffer, to) = buffer(Limits::default());
        let record = pack(&data, &path);
        assert_eq!(buffer.push_packed(to, &record.packed()), Ok(true));
        let kept = buffer.allocated_bytes();
        assert!(kept <= most, "{kept} of {most}");
    }
}

fn words() -> impl Strategy<Value = Vec<u32>> {
    let word = prop_oneof![
        3 => 0u32..20,
        1 => any::<u32>(),
        1 => Just(u32::MAX),
        2 => (0u32..8, 0u32..16).prop_map(|(len, kind)| len << 4 | kind),
    ];
    prop::collection::vec(word, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_packed_span_is_the_same_bytes_as_one_from_rust(
        data in packable(),
        ancestors in prop::collection::vec((span_id(), text()), 0..4),
    ) {
        let body = sent(&data, &ancestors);
        let mut same = data.clone();
        same.attributes.clear();
        if !ancestors.is_empty() {
            let names = ancestors.iter().map(|(_, name)| Value::String(name.clone()));
            let ids = ancestors.iter().map(|(id, _)| {
                Value::String(String::from_utf8(id.to_uuid().to_vec()).unwrap())
            });
            same.attributes.push(("lmnr.span.path".into(), Value::Array(names.collect())));
            same.attributes.push(("lmnr.span.ids_path".into(), Value::Array(ids.collect())));
        }
        same.attributes.extend(CONSTANTS.map(|(key, value)| (key.to_owned(), value.into())));
        same.attributes.extend(data.attributes);
        let (mut buffer, destination) = buffer(Limits::default());
        prop_assert!(buffer.push(destination, &same));
        prop_assert_eq!(&body, &only_body(&mut buffer));
        prop_assert_eq!(frozen(decode(&body).remove(0)), frozen(otlp_span(&same)));
    }

    #[test]
    fn garbage_is_dropped_and_counted(
        words in words(),
        floats in prop::collection::vec(any::<f64>(), 0..6),
        text in prop_oneof![text(), "[a-c]{0,40}"],
        lie in 0usize..4,
    ) {
        let units = text.encode_utf16().count();
        let units = if text.is_ascii() { units } else { units.saturating_sub(lie) };
        let (mut buffer, destination) = buffer(Limits::default());
        buffer.push(destination, &span(1, 0));
        let packed = Packed { words: &words, floats: &floats, text: text.as_bytes(), units };
        let answer = buffer.push_packed(destination, &packed);
        let stats = buffer.stats();
        prop_assert!(stats.is_balanced());
        match answer {
            Ok(taken) => {
                prop_assert_eq!(stats.recorded, 2);
                prop_assert_eq!(dropped(&buffer, DropReason::Malformed), u64::from(!taken));
            }
            Err(error) => {
                prop_assert_eq!((error, stats.recorded), (PackError::SplitPair, 1));
            }
        }
        buffer.abandon();
        prop_assert_eq!(decode(&only_body(&mut buffer)).len() as u64, stats.buffered);
    }

    #[test]
    fn a_record_with_one_wrong_word_harms_only_itself(
        data in packable(),
        place in any::<prop::sample::Index>(),
        wrong in prop_oneof![0u32..40, any::<u32>()],
    ) {
        let mut record = pack(&data, &vec![(data.span_id, data.name.clone())]);
        let place = place.index(record.words.len());
        record.words[place] = wrong;
        let (mut buffer, destination) = buffer(Limits::default());
        buffer.push(destination, &span(1, 0));
        let taken = buffer.push_packed(destination, &record.packed());
        buffer.abandon();
        prop_assert!(buffer.stats().is_balanced());
        let found = decode(&only_body(&mut buffer));
        prop_assert_eq!(found.len(), if taken == Ok(true) { 2 } else { 1 });
        prop_assert_eq!(&found[0], &otlp_span(&span(1, 0)));
    }
}
