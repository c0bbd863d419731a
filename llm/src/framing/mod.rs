//! How documents lie in the bytes of an answer. Each framing takes bytes cut anywhere.

mod base64;
mod event_stream;
mod sse;
mod values;

pub(crate) use base64::decode;
pub(crate) use event_stream::EventStream;
pub(crate) use sse::Sse;
pub(crate) use values::Values;

use crate::json::Sieve;

/// What is done with each document: it lies in the sieve, which is cleared afterwards.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(&mut Sieve);

/// How documents lie in the bytes.
#[derive(Debug)]
pub(crate) enum Framing {
    /// No byte has shown it yet.
    Undecided,
    Sse(Sse),
    Values(Values),
    EventStream(EventStream),
}

impl Framing {
    /// Takes bytes, and hands each document to `sink`.
    pub(crate) fn push(&mut self, bytes: &[u8], sieve: &mut Sieve, sink: Sink<'_>) {
        match self {
            Self::Undecided => {}
            Self::Sse(sse) => sse.push(bytes, sieve, sink),
            Self::Values(values) => values.push(bytes, sieve, sink),
            Self::EventStream(stream) => stream.push(bytes, sieve, sink),
        }
    }

    /// Takes what is left when no more bytes come.
    pub(crate) fn end(&mut self, sieve: &mut Sieve, sink: Sink<'_>) {
        match self {
            Self::Undecided | Self::EventStream(_) => {}
            Self::Sse(sse) => sse.end(sieve, sink),
            Self::Values(_) if sieve.is_empty() => {}
            Self::Values(_) => sink(sieve),
        }
    }
}
