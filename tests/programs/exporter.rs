//! Spans of `opentelemetry_sdk`, as the collector gets them.

use std::sync::{Arc, Mutex};

use laminar_edge::opentelemetry::LaminarExporter;
use opentelemetry::trace::{
    SpanBuilder, SpanKind, Status, TraceContextExt, Tracer, TracerProvider,
};
use opentelemetry::{Array, Context, KeyValue, StringValue, Value};
use opentelemetry_proto::tonic::trace::v1::span;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};

use crate::collector::{Answer, Collector};
use crate::{attribute, laminar, named};

#[tokio::test]
async fn both_processors_send_a_tree() {
    for is_batch in [false, true] {
        let collector = Collector::start(&[Answer::Status(200)]).await;
        let laminar = laminar(&collector.url);
        let exporter = LaminarExporter::new(&laminar);
        let builder = SdkTracerProvider::builder();
        let provider = if is_batch {
            builder.with_batch_exporter(exporter).build()
        } else {
            builder.with_simple_exporter(exporter).build()
        };
        let tracer = provider.tracer("agent");
        tracer.in_span("answer", |context| {
            let all = [
                ("text", Value::from("é")),
                ("gen_ai.usage.input_tokens", Value::from(12)),
                ("share", Value::from(0.5)),
                ("cached", Value::from(true)),
                (
                    "tags",
                    Value::Array(Array::String(vec![
                        StringValue::from("a"),
                        StringValue::from("b"),
                    ])),
                ),
                ("numbers", Value::Array(Array::I64(vec![1, 2]))),
            ];
            for (key, value) in all {
                context.span().set_attribute(KeyValue::new(key, value));
            }
            let call = SpanBuilder::from_name("call").with_kind(SpanKind::Client);
            let call = Context::current_with_span(tracer.build(call));
            call.span()
                .add_event("sent", vec![KeyValue::new("bytes", 3)]);
            call.span().set_status(Status::error("refused"));
            call.span().end();
        });
        provider.force_flush().unwrap();
        let report = laminar.flush(&reqwest::Client::new()).await;
        assert!(report.ok && report.exported == 2, "{report:?}");
        provider.shutdown().unwrap();

        let spans = collector.spans();
        let [call, answer] = ["call", "answer"].map(|name| named(&spans, name));
        assert_eq!(call.parent_span_id, answer.span_id);
        assert_eq!(call.trace_id, answer.trace_id);
        assert_eq!(call.kind, span::SpanKind::Client as i32);
        for (key, value) in [
            ("text", "é"),
            ("gen_ai.usage.input_tokens", "int 12"),
            ("share", "double 0.5"),
            ("cached", "bool true"),
            ("tags", "a b"),
            ("numbers", "int 1 int 2"),
        ] {
            assert_eq!(
                attribute(&answer.attributes, key).as_deref(),
                Some(value),
                "{key}"
            );
        }
        let status = call.status.as_ref().unwrap();
        assert_eq!((status.code, status.message.as_str()), (2, "refused"));
        // Laminar recognizes a failed span by this event.
        let names: Vec<_> = call
            .events
            .iter()
            .map(|event| event.name.as_str())
            .collect();
        assert_eq!(names, ["sent", "exception"]);
        assert!(
            call.start_time_unix_nano > 0 && call.end_time_unix_nano >= call.start_time_unix_nano
        );
        assert!(laminar.stats().is_balanced());
    }
}

#[tokio::test]
async fn a_recorded_error_is_not_recorded_twice() {
    let collector = Collector::start(&[Answer::Status(200)]).await;
    let laminar = laminar(&collector.url);
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(LaminarExporter::new(&laminar))
        .build();
    provider.tracer("agent").in_span("fails", |context| {
        let span = context.span();
        span.record_error(&std::io::Error::other("gone"));
        span.set_status(Status::error("gone"));
    });
    laminar.flush(&reqwest::Client::new()).await;
    let spans = collector.spans();
    assert_eq!(spans[0].events.len(), 1);
    assert_eq!(spans[0].events[0].name, "exception");
}

#[tokio::test]
async fn the_last_value_of_an_attribute_counts() {
    let collector = Collector::start(&[Answer::Status(200)]).await;
    let laminar = laminar(&collector.url);
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(LaminarExporter::new(&laminar))
        .build();
    provider.tracer("agent").in_span("answer", |context| {
        for number in [1, 2, 3] {
            let span = context.span();
            span.set_attribute(KeyValue::new("number", number));
            span.set_attribute(KeyValue::new(format!("number {number}"), number));
        }
    });
    laminar.flush(&reqwest::Client::new()).await;
    let spans = collector.spans();
    let numbers: Vec<_> = spans[0]
        .attributes
        .iter()
        .filter(|pair| pair.key == "number")
        .collect();
    assert_eq!(numbers.len(), 1);
    for (key, value) in [("number", "int 3"), ("number 1", "int 1")] {
        assert_eq!(attribute(&spans[0].attributes, key).unwrap(), value);
    }
}

/// Keeps what the SDK exports.
#[derive(Clone, Debug, Default)]
struct Keeps(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Keeps {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}

#[tokio::test]
async fn spans_after_the_shutdown_are_counted() {
    let laminar = laminar("http://127.0.0.1:1");
    let kept = Keeps::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(kept.clone())
        .build();
    provider.tracer("agent").in_span("late", |_| {});
    let spans = std::mem::take(&mut *kept.0.lock().unwrap());
    let exporter = LaminarExporter::new(&laminar);
    for _ in 0..2 {
        exporter.shutdown().unwrap();
    }
    assert!(exporter.export(spans).await.is_err());
    let stats = laminar.stats();
    assert_eq!(stats.recorded, 1);
    assert!(stats.is_balanced());
}
