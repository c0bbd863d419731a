//! Secrets are planted in every string of a span. None is in the request, however the span was
//! recorded.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "a test that panics has done its work, helpers included"
)]

mod common;

use common::any_span::{any_span, packable, span_id, text};
use common::packer::pack;
use common::{buffer, decode, only_body};
use laminar_edge::redact::{Detectors, Rules};
use laminar_edge::{Limits, SpanBuffer, SpanData, Status, Value};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::Span;
use proptest::prelude::*;

const SECRET: &str = "ghp_aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5";
const MARK: &str = "[REDACTED_SECRET]";

fn with(detectors: Detectors) -> (SpanBuffer, laminar_edge::DestinationId) {
    let (mut buffer, destination) = buffer(Limits::default());
    buffer.set_redaction(Rules {
        detectors,
        ..Rules::default()
    });
    (buffer, destination)
}

fn plant(text: &mut String) {
    *text = format!("{text} {SECRET} {text}");
}

fn plant_value(value: &mut Value) {
    match value {
        Value::String(text) => plant(text),
        Value::Array(elements) => elements.iter_mut().for_each(plant_value),
        Value::KvList(entries) => entries.iter_mut().for_each(|(_, value)| plant_value(value)),
        _ => {}
    }
}

fn plant_all(data: &mut SpanData) {
    plant(&mut data.name);
    if let Status::Error(message) = &mut data.status {
        plant(message);
    }
    let events = data.events.iter_mut().map(|event| {
        plant(&mut event.name);
        &mut event.attributes
    });
    let links = data.links.iter_mut().map(|link| &mut link.attributes);
    for attributes in events.chain(links).chain([&mut data.attributes]) {
        attributes
            .iter_mut()
            .for_each(|(_, value)| plant_value(value));
    }
}

/// Removes the counts of redactions from the span, and returns their sum.
fn counted(span: &mut Span) -> usize {
    let at = span
        .attributes
        .iter()
        .position(|pair| pair.key == "laminar.redacted");
    let pair = span.attributes.remove(at.unwrap());
    let Some(Any::StringValue(json)) = pair.value.and_then(|value| value.value) else {
        panic!("no text");
    };
    let counts: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&json).unwrap();
    counts
        .values()
        .map(|count| count.as_u64().unwrap() as usize)
        .sum()
}

fn check(mut buffer: SpanBuffer) {
    let stats = buffer.stats();
    assert!(stats.is_balanced());
    assert_eq!(stats.dropped_total(), 0);
    let total = stats.redacted.total() as usize;
    let body = only_body(&mut buffer);
    assert!(!body
        .windows(SECRET.len())
        .any(|bytes| bytes == SECRET.as_bytes()));
    let marks = body
        .windows(MARK.len())
        .filter(|bytes| *bytes == MARK.as_bytes())
        .count();
    let counts: usize = decode(&body).iter_mut().map(counted).sum();
    assert_eq!(counts, marks);
    assert_eq!(total, marks);
}

proptest! {
    #[test]
    fn a_span_from_rust_is_sent_without_its_secrets(mut data in any_span()) {
        plant_all(&mut data);
        let (mut buffer, destination) = with(Detectors::SECRETS);
        prop_assert!(buffer.push(destination, &data));
        check(buffer);
    }

    #[test]
    fn a_packed_span_is_sent_without_its_secrets(
        mut data in packable(),
        path in prop::collection::vec((span_id(), text()), 0..4),
        large in prop::collection::vec(text(), 0..3),
    ) {
        plant_all(&mut data);
        let path = path
            .into_iter()
            .map(|(id, mut name)| {
                plant(&mut name);
                (id, name)
            })
            .collect();
        let (mut buffer, destination) = with(Detectors::SECRETS);
        for mut value in large {
            plant(&mut value);
            prop_assert!(buffer.push_string(destination, b"lmnr.span.input", value.as_bytes()));
        }
        let record = pack(&data, &path);
        prop_assert_eq!(buffer.push_packed(destination, &record.packed()), Ok(true));
        check(buffer);
    }

    /// Text that no rule matches is sent unchanged, to the byte.
    #[test]
    fn text_without_secrets_is_unchanged(data in packable()) {
        let (mut off, destination) = buffer(Limits::default());
        let record = pack(&data, &Vec::new());
        prop_assert_eq!(off.push_packed(destination, &record.packed()), Ok(true));
        let (mut on, destination) = with(Detectors::SECRETS);
        prop_assert_eq!(on.push_packed(destination, &record.packed()), Ok(true));
        prop_assume!(on.stats().redacted.total() == 0);
        prop_assert_eq!(only_body(&mut on), only_body(&mut off));
    }
}

#[test]
fn strings_and_lists_under_secret_names_are_replaced() {
    let mut data = common::span(1, 0);
    data.attributes = vec![
        ("db.password".into(), Value::from("x")),
        (
            "api_key".into(),
            Value::Array(vec![Value::from("a"), Value::from("b")]),
        ),
        ("private_key".into(), Value::Bytes(b"12345".to_vec())),
        ("token".into(), Value::Int(7)),
        ("author".into(), Value::from("x")),
    ];
    let (mut first, destination) = with(Detectors::SECRETS);
    assert!(first.push(destination, &data));
    let (mut second, destination) = with(Detectors::SECRETS);
    let record = pack(&data, &Vec::new());
    assert_eq!(second.push_packed(destination, &record.packed()), Ok(true));
    for mut buffer in [first, second] {
        let spans = decode(&only_body(&mut buffer));
        let of = |key: &str| {
            let pair = spans[0].attributes.iter().find(|pair| pair.key == key);
            pair.and_then(|pair| pair.value.clone()?.value)
        };
        assert_eq!(of("db.password"), Some(Any::StringValue(MARK.into())));
        assert_eq!(of("api_key"), Some(Any::StringValue(MARK.into())));
        assert_eq!(of("private_key"), Some(Any::StringValue(MARK.into())));
        assert_eq!(of("token"), Some(Any::IntValue(7)));
        assert_eq!(of("author"), Some(Any::StringValue("x".into())));
        assert_eq!(
            of("laminar.redacted"),
            Some(Any::StringValue("{\"SECRET\":3}".into()))
        );
    }
}

/// A span of many short passwords is four times as long with its marks, and is not dropped.
#[test]
fn a_span_that_grows_by_its_marks_is_sent() {
    let mut data = common::span(1, 0);
    let json = "{\"password\":\"x\"}".repeat(10_000);
    data.attributes = vec![("all".into(), Value::from(json.as_str()))];
    let (mut buffer, destination) = with(Detectors::SECRETS);
    let record = pack(&data, &Vec::new());
    assert_eq!(buffer.push_packed(destination, &record.packed()), Ok(true));
    assert!(buffer.push(destination, &data));
    assert_eq!(buffer.stats().redacted.total(), 20_000);
    assert_eq!(decode(&only_body(&mut buffer)).len(), 2);
}

fn input_of(buffer: &mut SpanBuffer) -> Option<Any> {
    let spans = decode(&only_body(buffer));
    let pairs = &spans[0].attributes;
    let pair = pairs.iter().find(|pair| pair.key == "lmnr.span.input")?;
    pair.value.clone()?.value
}

/// A span whose large input is this text, recorded as the npm package does it.
fn record(buffer: &mut SpanBuffer, destination: laminar_edge::DestinationId, text: &str) {
    assert!(buffer.push_string(destination, b"lmnr.span.input", text.as_bytes()));
    let record = pack(&common::span(1, 0), &Vec::new());
    assert_eq!(buffer.push_packed(destination, &record.packed()), Ok(true));
}

#[test]
fn a_destination_may_have_rules_of_its_own() {
    let (mut buffer, first) = with(Detectors::NONE);
    let second = buffer.destination("http://localhost/v1/traces", "other");
    buffer.set_redaction_of(
        second,
        Rules {
            detectors: Detectors::SECRETS,
            ..Rules::default()
        },
    );
    for (destination, expected) in [(first, SECRET), (second, MARK)] {
        record(&mut buffer, destination, SECRET);
        let input = input_of(&mut buffer);
        assert_eq!(input, Some(Any::StringValue(expected.into())));
    }
    assert_eq!(buffer.stats().redacted.total(), 1);
}

/// A text that was cut ends where the mark of the cut begins.
#[test]
fn a_secret_that_was_cut_is_one() {
    const CUT: &str = "...[Laminar: truncated]";
    let (mut buffer, destination) = with(Detectors::SECRETS);
    record(&mut buffer, destination, &format!("{}{CUT}", &SECRET[..20]));
    let expected = format!("{MARK}{CUT}");
    let input = input_of(&mut buffer);
    assert_eq!(input, Some(Any::StringValue(expected)));
}

/// What the caller has replaced counts for the next span, and no other text does.
#[test]
fn what_a_caller_replaces_is_counted() {
    let (mut buffer, destination) = with(Detectors::SECRETS);
    let key = Some(destination);
    assert_eq!(buffer.redact(key, b"nothing", true), None);
    let shown = buffer.redact(key, SECRET.as_bytes(), false);
    assert_eq!(shown.as_deref(), Some(MARK.as_bytes()));
    assert_eq!(
        buffer.redact(None, SECRET.as_bytes(), false).as_deref(),
        Some(MARK.as_bytes())
    );
    let own = buffer.mark(destination, b"CUST-7", false, true);
    assert_eq!(own, MARK.as_bytes());
    let failed = buffer.mark(destination, b"", true, true);
    assert_eq!(failed, b"[REDACTED_FAILED]");
    buffer.mark(destination, b"CUST-7", false, false);
    record(&mut buffer, destination, "x");
    let stats = buffer.stats();
    assert_eq!(stats.redacted.total(), 2);
    let spans = decode(&only_body(&mut buffer));
    let pairs = &spans[0].attributes;
    let counts = pairs.iter().find(|pair| pair.key == "laminar.redacted");
    assert_eq!(
        counts.unwrap().value.clone().unwrap().value,
        Some(Any::StringValue("{\"SECRET\":1,\"FAILED\":1}".into()))
    );
}

/// A destination without rules has no marks either.
#[test]
fn without_rules_nothing_is_marked() {
    let (mut buffer, destination) = with(Detectors::NONE);
    assert_eq!(buffer.mark(destination, b"CUST-7", false, true), b"");
    record(&mut buffer, destination, SECRET);
    assert_eq!(buffer.stats().redacted.total(), 0);
    let input = input_of(&mut buffer);
    assert_eq!(input, Some(Any::StringValue(SECRET.into())));
}

/// Models, ids of answers, sessions and users are no personal data; a secret is one everywhere.
#[test]
fn names_of_models_stay() {
    for (detectors, user_stays) in [(Detectors::PERSONAL, true), (Detectors::STRICT, false)] {
        let (mut buffer, destination) = with(detectors);
        let mut data = common::span(1, 0);
        let mail = "ada@example.com";
        let user = "lmnr.association.properties.user_id";
        data.attributes = ["gen_ai.request.model", user, "text"]
            .map(|key| (key.into(), Value::from(mail)))
            .into();
        assert!(buffer.push(destination, &data));
        let spans = decode(&only_body(&mut buffer));
        let stays = |key: &str| {
            let pair = spans[0].attributes.iter().find(|pair| pair.key == key);
            pair.unwrap().value.clone().unwrap().value == Some(Any::StringValue(mail.into()))
        };
        assert!(stays("gen_ai.request.model"));
        assert_eq!(stays(user), user_stays);
        assert!(!stays("text"));
    }
}

/// Returns the texts of many passwords of one letter, each of which becomes longer.
fn passwords(count: usize) -> String {
    r#"{"password":"a"} "#.repeat(count)
}

#[test]
fn a_span_that_becomes_longer_is_recorded_in_little_more_memory() {
    let (mut buffer, destination) = with(Detectors::SECRETS);
    let mut data = common::span(1, 0);
    let text = passwords(1_000);
    data.attributes = vec![("text".into(), Value::String(text.clone()))];
    assert!(buffer.push(destination, &data));
    let spans = decode(&only_body(&mut buffer));
    let pairs = &spans[0].attributes;
    let pair = pairs.iter().find(|pair| pair.key == "text").unwrap();
    let redacted = text.replace("\"a\"", &format!("\"{MARK}\""));
    let value = pair.value.clone().unwrap().value;
    assert!(value == Some(Any::StringValue(redacted)));

    // A span that stays as long as it is needs no room for more.
    let (mut buffer, destination) = with(Detectors::SECRETS);
    assert!(buffer.push(destination, &common::span(1, 100_000)));
    let kept = buffer.allocated_bytes();
    assert!((100_000..105_000).contains(&kept), "{kept}");
}

#[test]
fn spans_that_become_longer_leave_room_for_the_header() {
    for payload in (1_800..3_400).step_by(20) {
        let (mut buffer, destination) = buffer(common::tight());
        buffer.set_redaction(Rules {
            detectors: Detectors::SECRETS,
            ..Rules::default()
        });
        for number in 1..=3 {
            buffer.push(destination, &common::span(number, 3_900));
        }
        // This chunk has no memory for a copy when it is sealed.
        assert!(buffer.push(destination, &common::span(4, payload)));
        let mut data = common::span(5, 0);
        data.attributes = vec![("text".into(), Value::String(passwords(40)))];
        assert!(buffer.push(destination, &data));
        buffer.seal();
        for batch in common::table::chunks(&buffer) {
            assert!(batch.bytes <= common::tight().max_export_batch_size_bytes);
        }
        let horizon = buffer.horizon();
        let mut spans = Vec::new();
        while let Some(lease) = common::take(&mut buffer, horizon) {
            spans.extend(common::numbers(buffer.body(lease.id).unwrap()));
        }
        assert_eq!(spans[spans.len() - 2..], [4, 5], "{payload}");
    }
}
