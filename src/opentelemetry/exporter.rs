//! The exporter, which `opentelemetry_sdk` gives its ended spans.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use crate::buffer::DropReason;
use crate::opentelemetry::convert::converted;
use crate::program::Laminar;

/// Gives ended spans of `opentelemetry_sdk` to Laminar.
#[derive(Debug)]
pub struct LaminarExporter {
    laminar: Laminar,
    is_shut_down: AtomicBool,
}

impl LaminarExporter {
    /// Creates an exporter that records spans for `laminar`.
    pub fn new(laminar: &Laminar) -> Self {
        Self {
            laminar: laminar.clone(),
            is_shut_down: AtomicBool::new(false),
        }
    }
}

impl SpanExporter for LaminarExporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        if self.is_shut_down.load(Ordering::Relaxed) {
            for _ in batch {
                self.laminar.lose(DropReason::Shutdown);
            }
            return Err(OTelSdkError::AlreadyShutdown);
        }
        for span in batch {
            match converted(span) {
                Some(span) => self.laminar.record(span),
                None => self.laminar.lose(DropReason::Malformed),
            }
        }
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        self.is_shut_down.store(true, Ordering::Relaxed);
        Ok(())
    }
}
