//! Where documents go.

use crate::json::Sieve;

/// What is done with each document: it lies in the sieve, which is cleared afterwards.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(&mut Sieve);
