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
use crate::{DestinationId, Lease, LeaseId};

pub(crate) struct Lane {
    pub(crate) destination: DestinationId,
    /// The lease of the batch on its way; a pause has none.
    pub(crate) lease: Option<LeaseId>,
    /// Of the request's body; 0 until it has left.
    pub(crate) bytes: u32,
    stage: Stage,
}

enum Stage {
    /// Until so much of the flush's time has passed.
    Pausing { until_ms: f64 },
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
    /// It failed before there was anything to wait for.
    Failed(Option<Box<Attempt>>),
}

impl Lane {
    /// Begins to send a batch: unless it has to be compressed first, `fetch` is called before this
    /// returns.
    pub(crate) fn sending(lease: &Lease, transport: &Transport) -> Self {
        let mut lane = Self {
            destination: lease.destination,
            lease: Some(lease.id),
            bytes: 0,
            stage: Stage::Failed(None),
        };
        lane.stage = lane
            .begin(transport, lease.id)
            .unwrap_or_else(|attempt| Stage::Failed(Some(attempt)));
        lane
    }

    pub(crate) fn pausing(destination: DestinationId, until_ms: f64) -> Self {
        Self {
            destination,
            lease: None,
            bytes: 0,
            stage: Stage::Pausing { until_ms },
        }
    }

    /// Returns when its pause is over, if it is one.
    pub(crate) fn pauses_until_ms(&self) -> Option<f64> {
        match self.stage {
            Stage::Pausing { until_ms } => Some(until_ms),
            _ => None,
        }
    }

    /// Says that the holder of its lease lives.
    pub(crate) fn beat(&self) {
        if let Some(lease) = self.lease {
            trap_point!("beat");
            with((), |state| state.buffer.beat(lease));
        }
    }

    /// Returns the result of its request as it stands when the time is over; `None` for a pause.
    pub(crate) fn cut(&mut self) -> Option<Box<Attempt>> {
        match &mut self.stage {
            Stage::Pausing { .. } => None,
            Stage::Packing { .. } => Some(Attempt::not_sent()),
            Stage::Waiting(_) => Some(Attempt::late()),
            Stage::Reading(answer, _) => Some(Attempt::answered(answer, &[])),
            Stage::Failed(attempt) => Some(attempt.take().unwrap_or_else(Attempt::not_sent)),
        }
    }

    fn begin(&mut self, transport: &Transport, lease: LeaseId) -> Result<Stage, Box<Attempt>> {
        let target = transport
            .target(self.destination.index())
            .map_err(|thrown| Attempt::no_connection(&thrown))?;
        let body = with(None, |state| state.buffer.body(lease).map(copied));
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

    #[inline(never)]
    fn send(
        &mut self,
        transport: &Transport,
        target: &Target,
        body: &Uint8Array,
        compressed: bool,
    ) -> Result<Stage, Box<Attempt>> {
        let failed = |thrown: JsValue| Attempt::no_connection(&thrown);
        let lease = self.lease.ok_or_else(Attempt::not_sent)?;
        let token = lease.token();
        let request: JsValue = if target.takes_options() {
            transport.options(target, body, compressed).map(Into::into)
        } else {
            let request = transport.request(target, body, compressed, token);
            request.map(Into::into)
        }
        .map_err(failed)?;
        trap_point!("hand_over");
        if !with(false, |state| state.buffer.hand_over(lease)) {
            return Err(Attempt::not_sent());
        }
        self.bytes = body.length();
        let answer: Promise = transport
            .fetch(self.destination.index(), &request, token)
            .map_err(failed)?;
        Ok(Stage::Waiting(JsFuture::from(answer)))
    }

    /// Ready with what the request came to. A pause is never ready.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        transport: &Transport,
    ) -> Poll<Box<Attempt>> {
        loop {
            let promise = match &mut self.stage {
                Stage::Pausing { .. } => return Poll::Pending,
                Stage::Failed(attempt) => {
                    return Poll::Ready(attempt.take().unwrap_or_else(Attempt::not_sent))
                }
                Stage::Packing { packed, .. } => packed,
                Stage::Waiting(answer) => answer,
                Stage::Reading(_, body) => body,
            };
            let Poll::Ready(result) = Pin::new(promise).poll(context) else {
                return Poll::Pending;
            };
            let next = match core::mem::replace(&mut self.stage, Stage::Failed(None)) {
                Stage::Packing { target, raw, .. } => {
                    // Compressed, where that made it smaller.
                    let packed = result.ok().and_then(|packed| packed.dyn_into().ok());
                    let packed =
                        packed.filter(|packed: &Uint8Array| packed.length() < raw.length());
                    let body = packed.as_ref().unwrap_or(&raw);
                    self.send(transport, &target, body, packed.is_some())
                }
                Stage::Waiting(_) => {
                    trap_point!("answered");
                    heard(result, transport)
                }
                Stage::Reading(answer, _) => {
                    let body = result.unwrap_or_default();
                    let body = body.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec);
                    Err(Attempt::answered(&answer, &body.unwrap_or_default()))
                }
                Stage::Pausing { .. } | Stage::Failed(_) => Err(Attempt::not_sent()),
            };
            match next {
                Ok(stage) => self.stage = stage,
                Err(attempt) => return Poll::Ready(attempt),
            }
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
