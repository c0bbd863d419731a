//! The layer. The registry holds the data of a span until it closes.

use std::sync::Arc;

use tracing_core::span::{Attributes as NewSpan, Id, Record};
use tracing_core::{Event as TracingEvent, Level, Metadata, Subscriber};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};
use tracing_subscriber::Layer;

use crate::buffer::DropReason;
use crate::program::Laminar;
use crate::span::{Event, Link, SpanData, SpanId, SpanKind, Status, TraceId, Value};
use crate::tracing::fields::{About, Attributes};
use crate::tracing::host::{now_unix_nano, random_span_id, random_trace_id};

/// OpenTelemetry has the same limit.
const MAX_EVENTS: usize = 128;
const MAX_LINKS: usize = 128;
/// The fields in which events carry an error.
const ERROR_FIELDS: [&str; 3] = ["error", "err", "exception"];

/// Returns a layer that records spans for `laminar`.
pub fn layer(laminar: &Laminar) -> LaminarLayer {
    LaminarLayer {
        laminar: laminar.clone(),
    }
}

/// Turns spans and events of `tracing` into Laminar's; made by [`layer`].
#[derive(Debug)]
pub struct LaminarLayer {
    laminar: Laminar,
}

/// A span that is open.
struct Open {
    trace_id: TraceId,
    span_id: SpanId,
    parent_span_id: Option<SpanId>,
    path: Arc<Path>,
    start_unix_nano: u64,
    attributes: Attributes,
    events: Vec<Event>,
    dropped_events: u32,
    links: Vec<Link>,
    dropped_links: u32,
    /// The error in an event of the level ERROR.
    failure: Option<String>,
}

/// The names and ids from the root to a span, from which Laminar draws its tree.
struct Path {
    above: Option<Arc<Path>>,
    name: String,
    span_id: SpanId,
}

impl Path {
    /// Returns the steps from the root to here, each as `step` shows it.
    fn steps(&self, step: impl Fn(&Self) -> String) -> Value {
        let mut steps = Vec::new();
        let mut at = Some(self);
        while let Some(path) = at {
            steps.push(Value::String(step(path)));
            at = path.above.as_deref();
        }
        steps.reverse();
        Value::Array(steps)
    }
}

impl<S> Layer<S> for LaminarLayer
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, new: &NewSpan<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else {
            return;
        };
        let parent = span.parent().and_then(|parent| lineage(&parent));
        let (trace_id, parent_span_id, above, not_before) = match parent {
            Some((trace_id, span_id, path, start)) => {
                (Some(trace_id), Some(span_id), Some(path), start)
            }
            None => (random_trace_id(), None, None, 0),
        };
        let (Some(trace_id), Some(span_id)) = (trace_id, random_span_id()) else {
            self.laminar.lose(DropReason::Malformed);
            return;
        };
        let mut attributes = Attributes::default();
        new.record(&mut attributes);
        // Its children need the name now.
        let name = attributes.take_text("otel.name");
        let path = Path {
            above,
            name: name.unwrap_or_else(|| span.name().to_owned()),
            span_id,
        };
        span.extensions_mut().insert(Open {
            trace_id,
            span_id,
            parent_span_id,
            path: Arc::new(path),
            // A clock that jumps back must not make a child older than its parent.
            start_unix_nano: now_unix_nano().max(not_before),
            attributes,
            events: Vec::new(),
            dropped_events: 0,
            links: Vec::new(),
            dropped_links: 0,
            failure: None,
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else {
            return;
        };
        // The program's own code shows the values: it may log, or panic, which must not happen under the lock.
        let mut recorded = Attributes::default();
        values.record(&mut recorded);
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            for (name, value) in recorded.0 {
                open.attributes.set(&name, value);
            }
        };
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, context: Context<'_, S>) {
        let other = context.span(follows).and_then(|other| lineage(&other));
        let (Some(span), Some((trace_id, span_id, ..))) = (context.span(id), other) else {
            return;
        };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            if open.links.len() < MAX_LINKS {
                open.links.push(Link {
                    trace_id,
                    span_id,
                    attributes: Vec::new(),
                });
            } else {
                open.dropped_links = open.dropped_links.saturating_add(1);
            }
        };
    }

    fn on_event(&self, event: &TracingEvent<'_>, context: Context<'_, S>) {
        let Some(span) = context.event_span(event) else {
            return;
        };
        // As in `on_record`, not under the lock.
        let mut attributes = Attributes::default();
        event.record(&mut attributes);
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            open.add(event.metadata(), attributes);
        };
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let open = span.extensions_mut().remove::<Open>();
        if let Some(open) = open {
            self.laminar.record(open.ended());
        }
    }
}

/// Returns what a child needs of its parent: trace, id, path and start time.
fn lineage<S>(span: &SpanRef<'_, S>) -> Option<(TraceId, SpanId, Arc<Path>, u64)>
where
    S: for<'span> LookupSpan<'span>,
{
    let extensions = span.extensions();
    let open = extensions.get::<Open>()?;
    Some((
        open.trace_id,
        open.span_id,
        Arc::clone(&open.path),
        open.start_unix_nano,
    ))
}

impl Open {
    fn add(&mut self, metadata: &Metadata<'_>, mut attributes: Attributes) {
        let message = attributes.take_text("message");
        let name = if *metadata.level() == Level::ERROR {
            let error = ERROR_FIELDS
                .iter()
                .find_map(|name| attributes.take_text(name));
            let text = match (message, error) {
                (Some(message), Some(error)) => format!("{message}: {error}"),
                (message, error) => message.or(error).unwrap_or_default(),
            };
            attributes.set("exception.message", Value::String(text.clone()));
            self.failure = Some(text);
            "exception".to_owned()
        } else {
            message.unwrap_or_else(|| metadata.name().to_owned())
        };
        attributes.set("level", Value::from(metadata.level().as_str()));
        attributes.set("target", Value::from(metadata.target()));
        if self.events.len() >= MAX_EVENTS {
            self.dropped_events = self.dropped_events.saturating_add(1);
            // An exception beyond the limit replaces the last event, because it tells of the failure.
            if name != "exception" {
                return;
            }
            self.events.pop();
        }
        self.events.push(Event {
            time_unix_nano: now_unix_nano().max(self.start_unix_nano),
            name,
            attributes: attributes.0,
        });
    }

    fn ended(mut self) -> SpanData {
        let about = About::of(&mut self.attributes);
        let name = about.name.unwrap_or_else(|| self.path.name.clone());
        let mut span = SpanData::new(self.trace_id, self.span_id, name);
        span.parent_span_id = self.parent_span_id;
        span.kind = about.kind.unwrap_or(SpanKind::Internal);
        span.start_time_unix_nano = self.start_unix_nano;
        span.end_time_unix_nano = now_unix_nano().max(self.start_unix_nano);
        span.status = match (about.status, self.failure) {
            (Some(status), _) => status,
            (None, Some(message)) => Status::Error(message),
            (None, None) => Status::Unset,
        };
        span.attributes = self.attributes.0;
        // The server needs both lists in one length.
        let names = self.path.steps(|path| path.name.clone());
        let ids = self.path.steps(|path| uuid(path.span_id));
        span.attributes.push(("lmnr.span.path".to_owned(), names));
        span.attributes.push(("lmnr.span.ids_path".to_owned(), ids));
        span.events = self.events;
        span.dropped_events_count = self.dropped_events;
        span.links = self.links;
        span.dropped_links_count = self.dropped_links;
        span
    }
}

fn uuid(id: SpanId) -> String {
    String::from_utf8_lossy(&id.to_uuid()).into_owned()
}
