//! Spans that leave by way of the runtime, which hands them to a Tail Worker.
//!
//! The program publishes the body of a leased batch. From then on the runtime has a copy that outlives
//! the isolate, and nobody tells the program what becomes of it: `handed` is where these spans end for
//! this buffer. The buffer of the Tail Worker takes the body in, see `takeover::receive`.

use crate::buffer::SpanBuffer;
use crate::delivery::lease::LeaseId;
use crate::delivery::outcome::Settled;

impl SpanBuffer {
    /// Says that the runtime has the batch, and keeps nothing of it. Changes nothing if the batch was leased
    /// again meanwhile, as with [`SpanBuffer::settle`].
    pub fn settle_handed(&mut self, id: LeaseId) -> Settled {
        if self.known(id).is_some() {
            let handed = self.chunks_mut().release(id.slot) as u64;
            self.account(|root| root.handed += handed);
        }
        Settled::default()
    }
}
