//! Taking in request bodies that another isolate has sealed and handed to the runtime.

use crate::buffer::{DestinationId, DropReason, SpanBuffer};
use crate::encode::{count_spans, spans_of};
use crate::takeover::adopt::{Adopted, Counters};

impl SpanBuffer {
    /// Takes the spans of a request body as if they had been recorded here, and returns how many they
    /// are. Where there is no room they are counted as lost. `None`, and nothing is counted, if this is
    /// no request body of ours: one resource, one scope, at least one span.
    pub fn receive(&mut self, destination: DestinationId, body: &[u8]) -> Option<u64> {
        let encoded = spans_of(body)?;
        let spans = count_spans(encoded).filter(|spans| *spans > 0)?;
        let chunk = Adopted {
            destination,
            spans,
            newest_first: false,
            ambiguous: 0,
            lease: None,
        };
        let recorded = spans as u64;
        self.adopt_counters(Counters {
            recorded,
            ..Counters::default()
        });
        if !self.adopt(&chunk, encoded) {
            self.adopt_dropped(DropReason::QueueFull, recorded);
        }
        Some(recorded)
    }
}
