//! The core alone, for a tool that counts instructions: `core W1|W2|W3 SPANS` encodes this many spans
//! and seals them. The cost of the start cancels out between two counts of spans. With the feature
//! `redact`, `core W1 SPANS secrets` also replaces secrets.

#[path = "../tests/common/packer.rs"]
#[allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper of tests"
)]
mod packer;

use laminar_edge::{Event, Limits, SpanBuffer, SpanData, SpanId, TraceId, Value};
use packer::pack;

const SPANS_IN_A_BATCH: usize = 512;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|each| each != "--bench");
    let workload = arguments.next().unwrap_or_default();
    let spans = arguments.next().and_then(|each| each.parse().ok());
    let (data, large) = match workload.as_str() {
        "W1" => w1(),
        "W2" => w2(),
        _ => w3(),
    };
    let redacts = arguments.next().is_some_and(|each| each == "secrets");
    record(&data, &large, spans.unwrap_or(SPANS_IN_A_BATCH), redacts);
}

fn record(data: &SpanData, large: &[(&str, String)], spans: usize, redacts: bool) {
    let limits = Limits {
        max_export_batch_size: spans,
        ..Limits::default()
    };
    let mut buffer = SpanBuffer::new(limits, &[("service.name", "bench")]);
    let destination = buffer.destination("https://example.test/v1/traces", "key");
    buffer.set_constants(&[
        ("lmnr.span.instrumentation_source", "javascript"),
        ("lmnr.span.sdk_version", "0.1.0"),
        ("lmnr.span.language_version", "node@20"),
    ]);
    #[cfg(not(feature = "redact"))]
    assert!(!redacts, "redaction needs the feature `redact`");
    #[cfg(feature = "redact")]
    if redacts {
        buffer.set_redaction(laminar_edge::redact::Rules {
            detectors: laminar_edge::redact::Detectors::SECRETS,
            ..Default::default()
        });
    }
    let path = vec![(data.span_id, data.name.clone())];
    let record = pack(data, &path);
    for _ in 0..spans {
        for (key, value) in large {
            #[cfg(feature = "redact")]
            if redacts {
                buffer.push_string(destination, key.as_bytes(), value.as_bytes());
                continue;
            }
            buffer.push_part(destination, value.as_bytes());
            buffer.push_key(destination, key.as_bytes());
        }
        let pushed = buffer.push_packed(destination, &record.packed());
        assert_eq!(pushed, Ok(true));
    }
    buffer.seal();
    assert_eq!(buffer.stats().dropped_total(), 0);
}

fn span(name: &str) -> SpanData {
    let ids = (TraceId::from_bytes([7; 16]), SpanId::from_bytes([9; 8]));
    let (Some(trace_id), Some(span_id)) = ids else {
        unreachable!("neither is zero")
    };
    let mut data = SpanData::new(trace_id, span_id, name);
    data.start_time_unix_nano = 1_790_000_000_000_000_000;
    data.end_time_unix_nano = 1_790_000_000_250_000_000;
    data
}

fn attributes<const N: usize>(list: [(&str, Value); N]) -> Vec<(String, Value)> {
    list.map(|(key, value)| (key.to_owned(), value)).to_vec()
}

fn w1() -> (SpanData, Vec<(&'static str, String)>) {
    let mut data = span("query");
    data.attributes = attributes([
        ("db.system.name", Value::from("postgresql-17.0.1")),
        (
            "db.query.text",
            Value::from("SELECT name, price FROM rooms WHERE hotel = $12"),
        ),
        (
            "url.full",
            Value::from("https://db.example.com/query/rooms?hotel=12&day=31-12"),
        ),
        ("db.rows", Value::from(12)),
        ("db.load", Value::Double(0.25)),
        ("db.cached", Value::from(true)),
    ]);
    let event = Event {
        time_unix_nano: data.end_time_unix_nano,
        name: "retried".into(),
        attributes: attributes([("attempt", Value::from(2))]),
    };
    data.events.push(event);
    (data, vec![])
}

fn w2() -> (SpanData, Vec<(&'static str, String)>) {
    let mut data = span("chat");
    data.attributes = attributes([
        ("lmnr.span.type", Value::from("LLM")),
        (
            "lmnr.association.properties.user_id",
            Value::from("user-4711"),
        ),
        (
            "lmnr.association.properties.session_id",
            Value::from("session-12"),
        ),
        (
            "lmnr.association.properties.metadata.environment",
            Value::from("production"),
        ),
        (
            "lmnr.association.properties.metadata.region",
            Value::from("eu-west"),
        ),
        ("gen_ai.system", Value::from("openai")),
        ("gen_ai.request.model", Value::from("gpt-4o-mini")),
        (
            "gen_ai.response.model",
            Value::from("gpt-4o-mini-2024-07-18"),
        ),
        ("gen_ai.usage.input_tokens", Value::from(312)),
        ("gen_ai.usage.output_tokens", Value::from(132)),
        ("llm.usage.total_tokens", Value::from(444)),
        ("gen_ai.usage.input_cost", Value::Double(0.000_045)),
        ("gen_ai.usage.output_cost", Value::Double(0.000_072_5)),
    ]);
    let large = vec![
        ("lmnr.span.input", "x".repeat(1511)),
        ("lmnr.span.output", "x".repeat(593)),
    ];
    (data, large)
}

/// The span of `w2` with messages as JSON.
fn w3() -> (SpanData, Vec<(&'static str, String)>) {
    let (data, _) = w2();
    let message = r#"{"role":"user","content":[{"type":"text","text":"Which rooms are free in the week of the 12th, and what do they cost? Please answer in one sentence: name, price, view."}]},{"role":"assistant","tool_calls":[{"id":"call_7","type":"function","function":{"name":"list_rooms","arguments":"{\"hotel\":12,\"from\":\"2026-10-12\",\"sorted\":true}"}}]},{"role":"tool","tool_call_id":"call_7","content":"[{\"room\":7,\"price\":120.5,\"view\":\"sea\"}]"}"#;
    let messages = [message; 5].join(",");
    let large = vec![
        ("lmnr.span.input", format!("[{messages}]")),
        ("lmnr.span.output", format!("[{message}]")),
    ];
    (data, large)
}
