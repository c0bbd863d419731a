//! What a flush does with each answer. No span is lost without being counted, and none is sent
//! again after an answer.

use std::future::Future;
use std::task::Poll;
use std::time::Duration;

use laminar_edge::program::{Laminar, Options};
use laminar_edge::tracing::layer;
use laminar_edge::{DropReason, Limits, Redelivery};
use reqwest::Client;
use tracing::info_span;
use tracing_subscriber::prelude::*;

use crate::collector::{Answer, Collector};

fn record(laminar: &Laminar, spans: usize) {
    let subscriber = tracing_subscriber::registry().with(layer(laminar));
    tracing::subscriber::with_default(subscriber, || {
        for number in 0..spans {
            drop(info_span!("span", number));
        }
    });
}

fn assert_balanced(laminar: &Laminar) {
    let stats = laminar.stats();
    assert!(stats.is_balanced(), "{stats:?}");
}

#[tokio::test]
async fn a_request_has_the_form_that_laminar_takes() {
    let collector = Collector::start(&[Answer::Status(200)]).await;
    let laminar = crate::laminar(&format!("{}/", collector.url));
    record(&laminar, 2);
    let report = laminar.flush(&Client::new()).await;
    assert!(report.ok);
    assert_eq!((report.exported, report.attempts), (2, 1));
    assert!(report.bytes > 0);
    let requests = collector.requests();
    let head = &requests[0].head;
    assert!(head.starts_with("POST /v1/traces HTTP/1.1"), "{head}");
    assert!(head.contains("authorization: Bearer project key"), "{head}");
    assert!(
        head.contains("content-type: application/x-protobuf"),
        "{head}"
    );
    // Nothing is left to send.
    let again = laminar.flush(&Client::new()).await;
    assert!(again.ok && again.attempts == 0);
    assert_balanced(&laminar);
}

#[tokio::test]
async fn each_answer_settles_the_spans() {
    // Status, then exported, rejected, pending, requests.
    let table = [
        (Answer::Status(204), (2, 0, 0, 1)),
        (Answer::Status(400), (0, 2, 0, 1)),
        (Answer::Status(401), (0, 2, 0, 1)),
        (Answer::Status(404), (0, 2, 0, 1)),
        (
            Answer::Raw(
                "HTTP/1.1 200 OK\r\n",
                vec![0x0a, 0x05, 0x08, 1, 0x12, 1, b'x'],
            ),
            (1, 1, 0, 1),
        ),
    ];
    for (answer, expected) in table {
        let collector = Collector::start(&[answer]).await;
        let laminar = crate::laminar(&collector.url);
        record(&laminar, 2);
        let report = laminar.flush(&Client::new()).await;
        let seen = (
            report.exported,
            report.rejected,
            report.pending,
            report.attempts,
        );
        assert_eq!(seen, expected, "{report:?}");
        assert_eq!(report.ok, report.error.is_none());
        assert_balanced(&laminar);
    }
}

#[tokio::test]
async fn an_answer_whose_body_never_ends_is_an_answer() {
    let start = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegun";
    let collector = Collector::start(&[Answer::Endless(start)]).await;
    let options = Options::new("key").base_url(&*collector.url).budget_ms(500);
    let laminar = Laminar::new(options);
    record(&laminar, 2);
    let report = laminar.flush(&Client::new()).await;
    assert!(report.ok, "{report:?}");
    assert_eq!((report.exported, report.attempts), (2, 1));
    assert_eq!(laminar.flush(&Client::new()).await.attempts, 0);
    assert_eq!(collector.requests().len(), 1);
    assert_balanced(&laminar);
}

#[tokio::test]
async fn a_failed_connection_is_retried() {
    let retry_after = Answer::Raw("HTTP/1.1 429 x\r\nretry-after: 1\r\n", Vec::new());
    for first in [Answer::Status(503), retry_after] {
        let collector = Collector::start(&[first, Answer::Status(200)]).await;
        let laminar = crate::laminar(&collector.url);
        record(&laminar, 3);
        let report = laminar.flush(&Client::new()).await;
        assert!(report.ok, "{report:?}");
        assert_eq!((report.exported, report.attempts), (3, 2));
    }
}

#[tokio::test]
async fn spans_not_sent_in_time_wait_for_the_next_flush() {
    let laminar = Laminar::new(
        Options::new("key")
            .base_url("http://127.0.0.1:2")
            .budget_ms(300),
    );
    record(&laminar, 2);
    let report = laminar.flush(&Client::new()).await;
    assert!(!report.ok);
    assert_eq!(report.pending, 2);
    assert!(report.error.is_some());
    assert_eq!(laminar.stats().buffered, 2);
    assert_balanced(&laminar);
    let unusable = Laminar::new(
        Options::new("a\nb")
            .base_url("http://127.0.0.1:2")
            .budget_ms(300),
    );
    record(&unusable, 1);
    assert_eq!(unusable.flush(&Client::new()).await.pending, 1);
    assert_balanced(&unusable);
}

#[tokio::test]
async fn a_request_without_an_answer_is_sent_again_or_counted() {
    for (silent, redelivery) in [
        (Answer::Hang, Redelivery::AtLeastOnce),
        (Answer::Reset, Redelivery::AtLeastOnce),
        (Answer::Hang, Redelivery::AtMostOnce),
    ] {
        let collector = Collector::start(&[silent, Answer::Status(200)]).await;
        let limits = Limits {
            redelivery,
            ..Limits::default()
        };
        let options = Options::new("key").base_url(&collector.url);
        let laminar = Laminar::new(options.limits(limits).budget_ms(400));
        record(&laminar, 1);
        laminar.flush(&Client::new()).await;
        let report = laminar.flush(&Client::new()).await;
        assert_eq!(report.pending, 0, "{report:?}");
        let stats = laminar.stats();
        if redelivery == Redelivery::AtMostOnce {
            assert_eq!(stats.dropped, [(DropReason::Unconfirmed, 1)]);
            assert_eq!(collector.requests().len(), 1);
        } else {
            assert_eq!((stats.exported, stats.redelivered), (1, 1));
            assert_eq!(collector.requests().len(), 2);
        }
        assert_balanced(&laminar);
    }
}

#[tokio::test]
async fn a_redirect_is_no_success() {
    let collector = Collector::start(&[
        Answer::Raw("HTTP/1.1 307 x\r\nlocation: /elsewhere\r\n", Vec::new()),
        Answer::Status(200),
    ])
    .await;
    let laminar = crate::laminar(&collector.url);
    record(&laminar, 1);
    let report = laminar.flush(&Client::new()).await;
    assert_eq!(report.rejected, 1);
    assert_eq!(report.error.unwrap().status, Some(302));
    assert_balanced(&laminar);
}

#[tokio::test]
async fn many_spans_are_sent_in_bounded_requests() {
    let collector = Collector::start(&[Answer::Status(200)]).await;
    let laminar = crate::laminar(&collector.url);
    record(&laminar, 1_300);
    let report = laminar.flush(&Client::new()).await;
    assert!(report.ok);
    assert_eq!(report.exported, 1_300);
    let requests = collector.requests();
    assert!(requests.iter().all(|request| request.spans.len() <= 512));
    assert_eq!(requests.len(), report.attempts as usize);
}

#[tokio::test]
async fn flushes_at_once_send_each_span_once() {
    let collector = Collector::start(&[Answer::Status(200)]).await;
    let laminar = crate::laminar(&collector.url);
    record(&laminar, 10);
    let client = Client::new();
    let (first, second) = tokio::join!(laminar.flush(&client), laminar.flush(&client));
    // Neither flush ends before the spans of both have arrived.
    assert!(first.ok && second.ok, "{first:?} {second:?}");
    assert_eq!(first.exported + second.exported, 10);
    assert_eq!(collector.spans().len(), 10);
}

#[tokio::test]
async fn a_flush_that_is_dropped_loses_nothing() {
    let collector = Collector::start(&[Answer::Hang, Answer::Status(200)]).await;
    let options = Options::new("key").base_url(&collector.url).budget_ms(600);
    let laminar = Laminar::new(options);
    record(&laminar, 1);
    let client = Client::new();
    {
        let mut flush = Box::pin(laminar.flush(&client));
        // The flush is dropped when the request has arrived.
        std::future::poll_fn(|context| {
            let _: Poll<_> = flush.as_mut().poll(context);
            if collector.has_seen_any() {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
    assert_eq!(laminar.stats().in_flight, 1);
    assert_balanced(&laminar);
    // Its lease expires, and a later flush sends the batch.
    while laminar.stats().in_flight + laminar.stats().buffered > 0 {
        laminar.flush(&client).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(laminar.stats().exported, 1);
    assert_balanced(&laminar);
}

#[tokio::test]
async fn the_key_is_not_shown() {
    let laminar = Laminar::new(Options::new("secret"));
    assert!(!format!("{laminar:?}").contains("secret"));
}
