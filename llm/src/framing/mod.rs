//! How documents lie in the bytes of an answer. Each framing takes bytes cut anywhere.

mod base64;
mod event_stream;
mod sink;
mod sse;
mod values;

pub(crate) use base64::decode;

use crate::json::Sieve;
use event_stream::EventStream;
use sink::Sink;
use sse::Sse;
use values::Values;

/// How documents lie in the bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// No byte has shown it yet.
    Undecided,
    Sse,
    Values,
    EventStream,
}

/// Finds the documents in the bytes of an answer.
#[derive(Debug)]
pub(crate) struct Framing {
    pub(crate) kind: Kind,
    sse: Sse,
    pub(crate) values: Values,
    pub(crate) frames: EventStream,
}

impl Framing {
    pub(crate) fn new() -> Self {
        Self {
            kind: Kind::Undecided,
            sse: Sse::new(),
            values: Values::default(),
            frames: EventStream::new(),
        }
    }

    /// Takes bytes, and hands each document to `sink`.
    pub(crate) fn push(&mut self, bytes: &[u8], sieve: &mut Sieve, sink: Sink<'_>) {
        match self.kind {
            Kind::Undecided => {}
            Kind::Sse => self.sse.push(bytes, sieve, sink),
            Kind::Values => self.values.push(bytes, sieve, sink),
            Kind::EventStream => self.frames.push(bytes, sieve, sink),
        }
    }

    /// Takes what is left when no more bytes come.
    pub(crate) fn end(&mut self, sieve: &mut Sieve, sink: Sink<'_>) {
        if self.kind == Kind::Sse {
            self.sse.end(sieve, sink);
        } else if self.kind == Kind::Values && !sieve.is_empty() {
            sink(sieve);
        }
    }
}
