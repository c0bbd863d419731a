//! How documents lie in the bytes of an answer. Each framing takes bytes cut anywhere.

mod sse;
mod values;

pub(crate) use sse::Sse;
pub(crate) use values::Values;

use crate::json::Sieve;

/// What is done with each document: it lies in the sieve, which is cleared afterwards.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(&mut Sieve);
