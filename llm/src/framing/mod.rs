//! How documents lie in the bytes of an answer. Each framing takes bytes cut anywhere.

mod base64;
mod event_stream;
mod sse;
mod values;

pub(crate) use base64::decode;

use crate::json::Sieve;
use event_stream::EventStream;
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
    pub(crate) const fn new() -> Self {
        Self {
            kind: Kind::Undecided,
            sse: Sse::new(),
            values: Values {
                lines: false,
                array: false,
                closed: false,
            },
            frames: EventStream::new(),
        }
    }

    /// Takes bytes up to the end of a document, which then lies in the sieve. Returns what is left behind it;
    /// `None` if no document has ended.
    pub(crate) fn push<'b>(&mut self, bytes: &'b [u8], sieve: &mut Sieve) -> Option<&'b [u8]> {
        match self.kind {
            Kind::Undecided => None,
            Kind::Sse => self.sse.push(bytes, sieve),
            Kind::Values => self.values.push(bytes, sieve),
            Kind::EventStream => self.frames.push(bytes, sieve),
        }
    }

    /// Takes the end of the bytes. Returns whether a document has ended with it.
    pub(crate) fn end(&mut self, sieve: &mut Sieve) -> bool {
        match self.kind {
            Kind::Sse => self.sse.end(sieve),
            Kind::Values => !sieve.is_empty(),
            _ => false,
        }
    }
}
