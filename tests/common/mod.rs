//! Helpers that the tests of the core share.
#![allow(dead_code, reason = "each test binary uses its own part of this")]

pub(crate) mod any_span;
pub(crate) mod expected;
pub(crate) mod packer;
pub(crate) mod table;

use laminar_edge::{
    DestinationId, DropReason, Horizon, Lease, LeaseFor, LeaseRequest, Limits, SpanBuffer,
    SpanData, SpanId, TraceId, Value,
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

pub(crate) const RESOURCE: [(&str, &str); 2] = [("service.name", "тест 🙂"), ("empty", "")];

/// Returns the smallest limits, so that they are reached early.
pub(crate) fn tight() -> Limits {
    Limits {
        max_export_batch_size: 8,
        max_export_batch_size_bytes: 4 << 10,
        max_queue_bytes: 16 << 10,
        max_queue_size: 32,
        ..Limits::default()
    }
}

pub(crate) fn buffer(limits: Limits) -> (SpanBuffer, DestinationId) {
    let mut buffer = SpanBuffer::new(limits, &RESOURCE);
    let destination = buffer.destination("https://example.test/v1/traces", "key");
    (buffer, destination)
}

/// Returns a span with this number and this many bytes of payload.
pub(crate) fn span(number: u64, payload: usize) -> SpanData {
    let mut data = SpanData::new(
        TraceId::from_bytes([7; 16]).unwrap(),
        SpanId::from_bytes(number.to_be_bytes()).unwrap(),
        "span",
    );
    data.start_time_unix_nano = number;
    data.end_time_unix_nano = number + 1;
    let text = "x".repeat(payload);
    data.attributes
        .push(("payload".into(), Value::String(text)));
    data
}

/// Returns the spans of a request body, oldest first; fails unless it has one resource and one
/// scope.
pub(crate) fn decode(body: &[u8]) -> Vec<Span> {
    request(body)
        .resource_spans
        .remove(0)
        .scope_spans
        .remove(0)
        .spans
}

pub(crate) fn request(body: &[u8]) -> ExportTraceServiceRequest {
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    assert_eq!(request.resource_spans.len(), 1);
    assert_eq!(request.resource_spans[0].scope_spans.len(), 1);
    request
}

pub(crate) fn number_of(span: &Span) -> u64 {
    u64::from_be_bytes(span.span_id.as_slice().try_into().unwrap())
}

/// Returns the numbers of the spans in a body, oldest first.
pub(crate) fn numbers(body: &[u8]) -> Vec<u64> {
    decode(body).iter().map(number_of).collect()
}

/// Leases the next batch for a long time.
pub(crate) fn take(buffer: &mut SpanBuffer, horizon: Horizon) -> Option<Lease> {
    buffer.lease(horizon, &[], 0.0, 60_000.0)
}

/// Leases the next batch of at most `max_bytes` for a store.
pub(crate) fn take_for_store(
    buffer: &mut SpanBuffer,
    horizon: Horizon,
    max_bytes: usize,
    (now_ms, ttl_ms): (f64, f64),
) -> Option<Lease> {
    buffer.lease_of(&LeaseRequest {
        horizon,
        skip: &|_| false,
        now_ms,
        ttl_ms,
        max_bytes,
        purpose: LeaseFor::Store,
    })
}

/// Returns the only request body that is waiting.
pub(crate) fn only_body(buffer: &mut SpanBuffer) -> Vec<u8> {
    let horizon = buffer.seal();
    let lease = take(buffer, horizon).unwrap();
    assert_eq!(take(buffer, horizon), None);
    buffer.body(lease.id).unwrap().to_vec()
}

/// Takes all waiting spans out batch by batch, as accepted, and returns their numbers, oldest
/// first.
pub(crate) fn drain(buffer: &mut SpanBuffer) -> Vec<Vec<u64>> {
    let horizon = buffer.seal();
    let mut batches = Vec::new();
    while let Some(lease) = take(buffer, horizon) {
        batches.push(numbers(buffer.body(lease.id).unwrap()));
        buffer.hand_over(lease.id);
        buffer.settle(lease.id, laminar_edge::Outcome::Accepted { rejected: 0 });
    }
    batches
}

pub(crate) fn dropped(buffer: &SpanBuffer, reason: DropReason) -> u64 {
    let stats = buffer.stats();
    let found = stats.dropped.iter().find(|(found, _)| *found == reason);
    found.map_or(0, |(_, count)| *count)
}
