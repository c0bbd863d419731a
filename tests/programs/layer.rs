//! Spans and events of `tracing`, as the collector gets them.

use std::error::Error;
use std::fmt;
use std::panic::catch_unwind;

use laminar_edge::tracing::layer;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::Span;
use tracing::{debug, error, field, info, info_span, instrument, span, Instrument, Level};
use tracing_subscriber::prelude::*;

use crate::collector::{Answer, Collector};
use crate::{attribute, laminar, named};

/// Runs `program`, and returns the spans that arrive.
async fn arriving(program: impl FnOnce()) -> Vec<Span> {
    let collector = Collector::start(&[Answer::Status(200)]).await;
    let laminar = laminar(&collector.url);
    let subscriber = tracing_subscriber::registry().with(layer(&laminar));
    tracing::subscriber::with_default(subscriber, program);
    let report = laminar.flush(&reqwest::Client::new()).await;
    assert!(report.ok, "{report:?}");
    assert!(laminar.stats().is_balanced());
    let spans = collector.spans();
    assert_eq!(report.exported, spans.len() as u64);
    spans
}

#[tokio::test]
async fn a_tree_arrives_with_its_fields() {
    let spans = arriving(|| {
        let answer = info_span!(
            "answer",
            lmnr.span.input = "What is a span?",
            lmnr.span.output = field::Empty,
            gen_ai.usage.input_tokens = 12_u64,
            share = 0.5,
            cached = true,
            id = u64::MAX,
        );
        answer.in_scope(|| {
            let search = info_span!("search", lmnr.span.r#type = "TOOL", question = ?["a"]);
            search.in_scope(|| info_span!("read").in_scope(|| {}));
        });
        answer.record("lmnr.span.output", "A piece of work.");
        // A value of an undeclared field is not recorded.
        answer.record("unknown", 1);
    })
    .await;
    assert_eq!(spans.len(), 3);
    let [read, search, answer] = ["read", "search", "answer"].map(|name| named(&spans, name));
    assert_eq!(answer.parent_span_id, [0_u8; 0]);
    assert_eq!(search.parent_span_id, answer.span_id);
    assert_eq!(read.parent_span_id, search.span_id);
    assert!(spans.iter().all(|span| span.trace_id == answer.trace_id));
    let of = |span: &Span, key| attribute(&span.attributes, key).unwrap();
    for (key, value) in [
        ("lmnr.span.input", "What is a span?"),
        ("lmnr.span.output", "A piece of work."),
        ("gen_ai.usage.input_tokens", "int 12"),
        ("share", "double 0.5"),
        ("cached", "bool true"),
        ("id", "18446744073709551615"),
        ("lmnr.span.path", "answer"),
        ("lmnr.span.instrumentation_source", "rust"),
    ] {
        assert_eq!(of(answer, key), value, "{key}");
    }
    assert_eq!(of(search, "question"), "[\"a\"]");
    assert_eq!(of(read, "lmnr.span.path"), "answer search read");
    let uuids = [answer, search, read].map(|span| {
        let hex: String = span
            .span_id
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("00000000-0000-0000-{}-{}", &hex[..4], &hex[4..])
    });
    assert_eq!(of(read, "lmnr.span.ids_path"), uuids.join(" "));
    assert!(search.start_time_unix_nano >= answer.start_time_unix_nano);
    assert!(search.end_time_unix_nano <= answer.end_time_unix_nano);
    assert!(search.start_time_unix_nano <= search.end_time_unix_nano);
    // A later span outside is the root of another trace.
    let [other] = &arriving(|| drop(info_span!("other"))).await[..] else {
        panic!();
    };
    assert_ne!(other.trace_id, answer.trace_id);
}

#[instrument(err)]
fn fails() -> Result<(), std::num::ParseIntError> {
    "x".parse::<i32>().map(drop)
}

#[tokio::test]
async fn events_and_errors_are_events_of_their_span() {
    let spans = arriving(|| {
        info!("outside of any span");
        info_span!("fine").in_scope(|| {
            info!(count = 3, "found");
            debug!(name: "look", "");
        });
        let _: Result<_, _> = fails();
        info_span!("said").in_scope(|| error!(error = "gone", "cannot {}", "read"));
    })
    .await;
    let fine = named(&spans, "fine");
    assert_eq!(fine.events[0].name, "found");
    assert_eq!(
        attribute(&fine.events[0].attributes, "count").unwrap(),
        "int 3"
    );
    assert_eq!(
        attribute(&fine.events[0].attributes, "level").unwrap(),
        "INFO"
    );
    assert_eq!(fine.status.as_ref().map_or(0, |status| status.code), 0);
    for (name, message) in [
        ("fails", "invalid digit found in string"),
        ("said", "cannot read: gone"),
    ] {
        let span = named(&spans, name);
        assert_eq!(span.events.len(), 1);
        assert_eq!(span.events[0].name, "exception");
        let said = attribute(&span.events[0].attributes, "exception.message");
        assert_eq!(said.as_deref(), Some(message));
        let status = span.status.as_ref().unwrap();
        assert_eq!((status.code, status.message.as_str()), (2, message));
    }
}

#[tokio::test]
async fn special_fields_set_name_kind_and_status() {
    let spans = arriving(|| {
        let cause = info_span!("cause");
        let call = info_span!(
            "call",
            otel.name = "GET /x",
            otel.kind = "client",
            otel.status_code = field::Empty,
            otel.status_description = "refused",
        );
        call.follows_from(&cause);
        call.in_scope(|| drop(info_span!("below")));
        call.record("otel.status_code", "ERROR");
        let fine = info_span!("fine", otel.status_code = "OK", otel.kind = "odd");
        fine.in_scope(|| error!("not so bad"));
    })
    .await;
    let call = named(&spans, "GET /x");
    assert_eq!(call.kind, SpanKind::Client as i32);
    assert_eq!(call.links.len(), 1);
    assert_eq!(call.links[0].span_id, named(&spans, "cause").span_id);
    let status = call.status.as_ref().unwrap();
    assert_eq!((status.code, status.message.as_str()), (2, "refused"));
    assert!(!call
        .attributes
        .iter()
        .any(|pair| pair.key.starts_with("otel.")));
    let path = attribute(&named(&spans, "below").attributes, "lmnr.span.path");
    assert_eq!(path.unwrap(), "GET /x below");
    let fine = named(&spans, "fine");
    assert_eq!(fine.status.as_ref().unwrap().code, 1);
    assert_eq!(fine.kind, SpanKind::Internal as i32);
}

/// Logs where it is shown.
struct Talks;

impl fmt::Debug for Talks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        info!("shown");
        f.write_str("talks")
    }
}

#[tokio::test]
async fn a_value_may_log_while_it_is_shown() {
    let spans = arriving(|| {
        let span = info_span!("span", value = field::Empty);
        span.in_scope(|| span.record("value", field::debug(Talks)));
    })
    .await;
    let span = named(&spans, "span");
    assert_eq!(attribute(&span.attributes, "value").unwrap(), "talks");
    assert_eq!(span.events[0].name, "shown");
}

struct Panics;

impl fmt::Debug for Panics {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("not shown");
    }
}

#[tokio::test]
async fn a_value_that_panics_does_not_end_the_program() {
    let spans = arriving(|| {
        let panicked = catch_unwind(|| {
            info_span!("event").in_scope(|| info!(value = ?Panics, "looked"));
        });
        assert!(panicked.is_err());
        let panicked = catch_unwind(|| {
            let span = info_span!("record", value = field::Empty);
            span.record("value", field::debug(Panics));
        });
        assert!(panicked.is_err());
    })
    .await;
    assert_eq!(spans.len(), 2);
}

struct Refuses;

impl fmt::Debug for Refuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half")?;
        Err(fmt::Error)
    }
}

impl fmt::Display for Refuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl Error for Refuses {}

#[tokio::test]
async fn a_value_that_cannot_be_shown_whole_is_shown_in_part() {
    let spans = arriving(|| {
        let error: &(dyn Error + 'static) = &Refuses;
        drop(info_span!("span", value = ?Refuses, error));
    })
    .await;
    let span = named(&spans, "span");
    for key in ["value", "error"] {
        assert_eq!(attribute(&span.attributes, key).unwrap(), "half");
    }
}

#[tokio::test]
async fn an_error_that_is_no_text_stays_an_attribute() {
    let spans = arriving(|| {
        info_span!("span").in_scope(|| error!(error = 404, "not found"));
    })
    .await;
    let event = &named(&spans, "span").events[0];
    let of = |key| attribute(&event.attributes, key);
    assert_eq!(of("error").as_deref(), Some("int 404"));
    assert_eq!(of("exception.message").as_deref(), Some("not found"));
}

#[tokio::test]
async fn a_span_with_too_many_events_keeps_its_failure() {
    let spans = arriving(|| {
        info_span!("many").in_scope(|| {
            for number in 0..200 {
                info!(number, "again");
            }
            error!("at last");
        });
    })
    .await;
    let many = named(&spans, "many");
    assert_eq!(many.events.len(), 128);
    assert_eq!(many.dropped_events_count, 73);
    assert_eq!(many.events.last().unwrap().name, "exception");
}

#[tokio::test]
async fn links_beyond_the_limit_are_counted() {
    let spans = arriving(|| {
        let many = info_span!("many");
        for _ in 0..130 {
            many.follows_from(info_span!("cause").id());
        }
    })
    .await;
    let many = named(&spans, "many");
    assert_eq!(many.links.len(), 128);
    assert_eq!(many.dropped_links_count, 2);
}

#[tokio::test]
async fn concurrent_tasks_keep_their_parents() {
    let collector = Collector::start(&[Answer::Status(200)]).await;
    let laminar = laminar(&collector.url);
    let subscriber = tracing_subscriber::registry().with(layer(&laminar));
    let guard = tracing::subscriber::set_default(subscriber);
    let task = |number: u32| {
        async move {
            tokio::task::yield_now().await;
            async { tokio::task::yield_now().await }
                .instrument(span!(Level::INFO, "inner", number))
                .await;
        }
        .instrument(info_span!("outer", number))
    };
    tokio::join!(task(1), task(2), task(3));
    drop(guard);
    laminar.flush(&reqwest::Client::new()).await;
    let spans = collector.spans();
    assert_eq!(spans.len(), 6);
    for inner in spans.iter().filter(|span| span.name == "inner") {
        let outer = spans
            .iter()
            .find(|span| span.span_id == inner.parent_span_id)
            .unwrap();
        assert_eq!(
            attribute(&outer.attributes, "number"),
            attribute(&inner.attributes, "number")
        );
        assert_eq!(outer.trace_id, inner.trace_id);
    }
}
