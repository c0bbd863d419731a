//! The handle that a program keeps.

use core::fmt;

#[cfg(any(feature = "tracing", feature = "opentelemetry"))]
use crate::buffer::DropReason;
use crate::buffer::{DestinationId, Stats};
use crate::program::options::Options;
use crate::program::store::Store;
#[cfg(any(feature = "tracing", feature = "opentelemetry"))]
use crate::span::{SpanData, Value};

/// The spans of a program and where they go. Clones share them; in a Worker all handles of an isolate do.
///
/// A span that has ended waits in bounded memory until `flush` sends it.
#[derive(Clone)]
pub struct Laminar {
    pub(crate) store: Store,
    /// Is always there; only a defect could make the buffer unreachable.
    pub(crate) destination: Option<DestinationId>,
    #[cfg(any(feature = "reqwest", feature = "worker"))]
    pub(crate) budget_ms: f64,
}

impl Laminar {
    /// Creates a handle that says where spans go. It is cheap: in a Worker call it in every request, with
    /// the key of its environment. There the same key and URL are the same destination, and `limits` are
    /// the isolate's.
    pub fn new(options: Options) -> Self {
        let store = Store::new(&options);
        let (url, key) = (options.url(), options.project_api_key.trim());
        let destination = store.with(|buffer| Some(buffer.destination(&url, key)));
        Self {
            destination,
            store,
            #[cfg(any(feature = "reqwest", feature = "worker"))]
            budget_ms: options.budget_ms,
        }
    }

    /// Returns where every span is.
    pub fn stats(&self) -> Stats {
        self.store.with(|buffer| buffer.stats())
    }

    /// Takes a span that has ended.
    #[cfg(any(feature = "tracing", feature = "opentelemetry"))]
    pub(crate) fn record(&self, mut span: SpanData) {
        let about = [
            ("lmnr.span.instrumentation_source", "rust"),
            ("lmnr.span.sdk_version", env!("CARGO_PKG_VERSION")),
        ];
        for (key, value) in about {
            span.attributes.push((key.to_owned(), Value::from(value)));
        }
        // The ledger counts a span that is refused.
        self.store.with(|buffer| match self.destination {
            Some(destination) => buffer.push(destination, &span),
            None => false,
        });
    }

    /// Counts a span that could not be recorded.
    #[cfg(any(feature = "tracing", feature = "opentelemetry"))]
    pub(crate) fn lose(&self, reason: DropReason) {
        self.store.with(|buffer| buffer.lose(reason));
    }
}

impl fmt::Debug for Laminar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the key.
        f.debug_struct("Laminar")
            .field("destination", &self.destination)
            .finish_non_exhaustive()
    }
}
