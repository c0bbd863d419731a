//! The parts for programs in Rust: the layer, the exporter and the flush, with a local collector. A
//! decoder that is not ours reads what arrives.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has done its work, helpers included"
)]

mod collector;
mod exporter;
mod flush;
mod layer;

use laminar_edge::program::{Laminar, Options};
use opentelemetry_proto::tonic::common::v1::{any_value, AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;

pub(crate) fn laminar(url: &str) -> Laminar {
    Laminar::new(Options::new("project key").base_url(url).budget_ms(5_000))
}

pub(crate) fn named<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    spans.iter().find(|span| span.name == name).unwrap()
}

/// Returns the value of an attribute, as text.
pub(crate) fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    let pair = attributes.iter().find(|pair| pair.key == key)?;
    Some(shown(pair.value.as_ref().unwrap()))
}

fn shown(value: &AnyValue) -> String {
    match value.value.as_ref().unwrap() {
        any_value::Value::StringValue(text) => text.clone(),
        any_value::Value::ArrayValue(list) => {
            list.values.iter().map(shown).collect::<Vec<_>>().join(" ")
        }
        any_value::Value::IntValue(number) => format!("int {number}"),
        any_value::Value::DoubleValue(number) => format!("double {number}"),
        any_value::Value::BoolValue(flag) => format!("bool {flag}"),
        other => format!("{other:?}"),
    }
}
