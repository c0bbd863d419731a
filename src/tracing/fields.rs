//! Fields of `tracing` as attributes.

use core::error::Error;
use core::fmt::{self, Write};

use tracing_core::field::{Field, Visit};

use crate::span::{SpanKind, Status, Value};

/// Attributes by name; of a field that is recorded twice, the last value counts.
#[derive(Default)]
pub(crate) struct Attributes(pub(crate) Vec<(String, Value)>);

impl Attributes {
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Removes an attribute and returns it, if it is a string. Other values stay.
    pub(crate) fn take_text(&mut self, name: &str) -> Option<String> {
        let is_it =
            |(known, value): &(String, Value)| known == name && matches!(value, Value::String(_));
        let at = self.0.iter().position(is_it)?;
        match self.0.remove(at).1 {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
}

impl Visit for Attributes {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field.name(), Value::Double(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field.name(), Value::Int(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        // A number that no int64 can hold is recorded as its digits.
        let value =
            i64::try_from(value).map_or_else(|_| Value::String(value.to_string()), Value::Int);
        self.set(field.name(), value);
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        let value =
            i64::try_from(value).map_or_else(|_| Value::String(value.to_string()), Value::Int);
        self.set(field.name(), value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        let value =
            i64::try_from(value).map_or_else(|_| Value::String(value.to_string()), Value::Int);
        self.set(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field.name(), Value::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field.name(), Value::from(value));
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.set(field.name(), Value::Bytes(value.to_vec()));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.set(field.name(), shown(format_args!("{value}")));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field.name(), shown(format_args!("{value:?}")));
    }
}

/// Returns as much of a value as it shows. `format!` would panic where it returns an error.
fn shown(value: fmt::Arguments<'_>) -> Value {
    let mut text = String::new();
    let _: fmt::Result = text.write_fmt(value);
    Value::String(text)
}

/// What the fields of a span say about the span itself, by tracing-opentelemetry's names.
#[derive(Default)]
pub(crate) struct About {
    pub(crate) name: Option<String>,
    pub(crate) kind: Option<SpanKind>,
    pub(crate) status: Option<Status>,
}

impl About {
    /// Removes these fields from the attributes.
    pub(crate) fn of(attributes: &mut Attributes) -> Self {
        let kind = attributes.take_text("otel.kind");
        let code = attributes.take_text("otel.status_code");
        let description = attributes.take_text("otel.status_description");
        Self {
            name: attributes.take_text("otel.name"),
            kind: kind.and_then(|kind| kind_of(&kind)),
            status: match (
                code.as_deref().map(str::to_ascii_lowercase).as_deref(),
                description,
            ) {
                (Some("ok"), _) => Some(Status::Ok),
                (Some("error"), description) => {
                    Some(Status::Error(description.unwrap_or_default()))
                }
                (None, Some(description)) => Some(Status::Error(description)),
                _ => None,
            },
        }
    }
}

fn kind_of(name: &str) -> Option<SpanKind> {
    Some(match name.to_ascii_lowercase().as_str() {
        "internal" => SpanKind::Internal,
        "server" => SpanKind::Server,
        "client" => SpanKind::Client,
        "producer" => SpanKind::Producer,
        "consumer" => SpanKind::Consumer,
        _ => return None,
    })
}
