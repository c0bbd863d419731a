//! What a flush has under way: requests, and pauses before the next one to a destination.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use gloo_timers::future::TimeoutFuture;

use crate::js::answer::Attempt;
use crate::{DestinationId, Lease};

/// One destination's request, or its pause.
pub(crate) struct Lane {
    pub(crate) destination: DestinationId,
    work: Work,
}

enum Work {
    Sending(Lease, Pin<Box<dyn Future<Output = Attempt>>>),
    Pausing(TimeoutFuture),
}

/// What a lane came to.
pub(crate) enum Ended {
    Sent(Lease, Attempt),
    Paused,
}

impl Lane {
    pub(crate) fn sending(lease: Lease, attempt: impl Future<Output = Attempt> + 'static) -> Self {
        Self {
            destination: lease.destination,
            work: Work::Sending(lease, Box::pin(attempt)),
        }
    }

    pub(crate) fn pausing(destination: DestinationId, ms: u32) -> Self {
        Self {
            destination,
            work: Work::Pausing(TimeoutFuture::new(ms)),
        }
    }

    pub(crate) fn is_pausing(&self) -> bool {
        matches!(self.work, Work::Pausing(_))
    }

    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Ended> {
        match &mut self.work {
            Work::Sending(lease, attempt) => {
                let lease = *lease;
                attempt
                    .as_mut()
                    .poll(context)
                    .map(|attempt| Ended::Sent(lease, attempt))
            }
            Work::Pausing(timer) => Pin::new(timer).poll(context).map(|()| Ended::Paused),
        }
    }
}
