//! What a flush has under way for one destination: a request, or a pause before the next one.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::js::answer::{Answer, Attempt};
use crate::js::state::with;
use crate::js::transport::{copied, Target, Transport};
use crate::js::traps::trap_point;
use crate::{DestinationId, Lease};

pub(crate) struct Lane {
    pub(crate) destination: DestinationId,
    work: Work,
}

enum Work {
    Sending(Sending),
    /// Until so much of the flush's time has passed.
    Pausing {
        until_ms: f64,
    },
}

/// A batch on its way.
struct Sending {
    lease: Lease,
    /// Of the request's body; 0 until it has left.
    bytes: u32,
    stage: Stage,
}

enum Stage {
    /// The body is being compressed.
    Packing {
        target: Target,
        raw: Uint8Array,
        packed: JsFuture,
    },
    /// `fetch` was called.
    Waiting(JsFuture),
    /// The status is known, and what the body says may follow.
    Reading(Answer, JsFuture),
    Failed(Box<Attempt>),
}

/// A request that is over.
pub(crate) struct Sent {
    pub(crate) lease: Lease,
    pub(crate) bytes: u32,
    pub(crate) attempt: Box<Attempt>,
}

impl Lane {
    /// Begins to send a batch: unless it has to be compressed first, `fetch` is called before this
    /// returns.
    pub(crate) fn sending(lease: Lease, transport: &Transport) -> Self {
        let mut sending = Sending {
            lease,
            bytes: 0,
            stage: Stage::Failed(Attempt::not_sent()),
        };
        sending.stage = sending.begin(transport).unwrap_or_else(Stage::Failed);
        Self {
            destination: lease.destination,
            work: Work::Sending(sending),
        }
    }

    pub(crate) fn pausing(destination: DestinationId, until_ms: f64) -> Self {
        Self {
            destination,
            work: Work::Pausing { until_ms },
        }
    }

    /// Returns when its pause is over, if it is one.
    pub(crate) fn pauses_until_ms(&self) -> Option<f64> {
        match &self.work {
            Work::Pausing { until_ms } => Some(*until_ms),
            Work::Sending(_) => None,
        }
    }

    /// Says that the holder of its lease lives.
    pub(crate) fn beat(&self) {
        if let Work::Sending(sending) = &self.work {
            trap_point!("beat");
            with((), |state| state.buffer.beat(sending.lease.id));
        }
    }

    /// Ready with what the request came to. A pause is never ready.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>, transport: &Transport) -> Poll<Sent> {
        match &mut self.work {
            Work::Sending(sending) => sending.poll(context, transport),
            Work::Pausing { .. } => Poll::Pending,
        }
    }

    /// Ends what is under way as it stands, because the time is over. A pause comes to nothing.
    pub(crate) fn cut(self) -> Option<Sent> {
        let Work::Sending(sending) = self.work else {
            return None;
        };
        let attempt = match sending.stage {
            Stage::Packing { .. } => Attempt::not_sent(),
            Stage::Waiting(_) => Attempt::late(),
            Stage::Reading(answer, _) => Attempt::answered(&answer, &[]),
            Stage::Failed(attempt) => attempt,
        };
        Some(Sent {
            lease: sending.lease,
            bytes: sending.bytes,
            attempt,
        })
    }
}

impl Sending {
    fn begin(&mut self, transport: &Transport) -> Result<Stage, Box<Attempt>> {
        let target = transport
            .target(self.lease.destination.index())
            .map_err(|thrown| Attempt::no_connection(&thrown))?;
        let body = with(None, |state| state.buffer.body(self.lease.id).map(copied));
        let raw = body
            .ok_or_else(Attempt::not_sent)?
            .map_err(|thrown| Attempt::no_connection(&thrown))?;
        if target.gzip() {
            let packed = JsFuture::from(transport.gzip(&raw));
            return Ok(Stage::Packing {
                target,
                raw,
                packed,
            });
        }
        self.send(transport, &target, &raw, false)
    }

    fn send(
        &mut self,
        transport: &Transport,
        target: &Target,
        body: &Uint8Array,
        compressed: bool,
    ) -> Result<Stage, Box<Attempt>> {
        let failed = |thrown: JsValue| Attempt::no_connection(&thrown);
        let token = self.lease.id.token();
        let request: JsValue = if target.takes_options() {
            transport.options(target, body, compressed).map(Into::into)
        } else {
            let request = transport.request(target, body, compressed, token);
            request.map(Into::into)
        }
        .map_err(failed)?;
        trap_point!("hand_over");
        if !with(false, |state| state.buffer.hand_over(self.lease.id)) {
            return Err(Attempt::not_sent());
        }
        self.bytes = body.length();
        let destination = self.lease.destination.index();
        let answer: Promise = transport
            .fetch(destination, &request, token)
            .map_err(failed)?;
        Ok(Stage::Waiting(JsFuture::from(answer)))
    }

    fn poll(&mut self, context: &mut Context<'_>, transport: &Transport) -> Poll<Sent> {
        loop {
            let next = match &mut self.stage {
                Stage::Packing { packed, .. } => {
                    let Poll::Ready(packed) = Pin::new(packed).poll(context) else {
                        return Poll::Pending;
                    };
                    self.packed(packed, transport)
                }
                Stage::Waiting(answer) => {
                    let Poll::Ready(answer) = Pin::new(answer).poll(context) else {
                        return Poll::Pending;
                    };
                    trap_point!("answered");
                    heard(answer, transport)
                }
                Stage::Reading(answer, body) => {
                    let Poll::Ready(body) = Pin::new(body).poll(context) else {
                        return Poll::Pending;
                    };
                    let body = body.unwrap_or_default();
                    let body = body.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec);
                    Err(Attempt::answered(answer, &body.unwrap_or_default()))
                }
                Stage::Failed(_) => {
                    let stage = Stage::Failed(Attempt::not_sent());
                    match core::mem::replace(&mut self.stage, stage) {
                        Stage::Failed(attempt) => Err(attempt),
                        other => Ok(other),
                    }
                }
            };
            match next {
                Ok(stage) => self.stage = stage,
                Err(attempt) => {
                    return Poll::Ready(Sent {
                        lease: self.lease,
                        bytes: self.bytes,
                        attempt,
                    })
                }
            }
        }
    }

    /// Sends the body compressed, where that made it smaller.
    fn packed(
        &mut self,
        packed: Result<JsValue, JsValue>,
        transport: &Transport,
    ) -> Result<Stage, Box<Attempt>> {
        let stage = Stage::Failed(Attempt::not_sent());
        let Stage::Packing { target, raw, .. } = core::mem::replace(&mut self.stage, stage) else {
            return Err(Attempt::not_sent());
        };
        let packed = packed.ok().and_then(|packed| packed.dyn_into().ok());
        match packed.filter(|packed: &Uint8Array| packed.length() < raw.length()) {
            Some(packed) => self.send(transport, &target, &packed, true),
            None => self.send(transport, &target, &raw, false),
        }
    }
}

fn heard(answer: Result<JsValue, JsValue>, transport: &Transport) -> Result<Stage, Box<Attempt>> {
    let response = answer.map_err(|thrown| Attempt::no_connection(&thrown))?;
    let answer = Answer::of(&response).ok_or_else(Attempt::no_answer)?;
    let body = transport.read(&response);
    let body = body.ok_or_else(|| Attempt::answered(&answer, &[]))?;
    Ok(Stage::Reading(answer, JsFuture::from(body)))
}
