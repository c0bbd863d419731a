//! One attempt to send one batch.

use std::rc::Rc;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::js::answer::Attempt;
use crate::js::state::with;
use crate::js::time::{before_beating, Deadline};
use crate::js::transport::{Answer, Prepared, Said, Transport};
use crate::js::traps::trap_point;
use crate::{Attempted, Lease};

/// How often the holder of a lease says that it lives.
pub(crate) const BEAT_MS: u32 = 250;

/// Sends the batch of a lease and waits for the answer until the deadline.
pub(crate) async fn send(
    lease: Lease,
    transport: Rc<Transport>,
    deadline: Rc<Deadline>,
) -> Attempt {
    let deadline = &*deadline;
    let beat = || with((), |state| state.buffer.beat(lease.id));
    let prepared = match prepare(lease, &transport) {
        Ok(value) => value,
        Err(thrown) => return no_connection(0, &thrown),
    };
    let prepared: Prepared = match prepared.dyn_into::<Promise>() {
        Err(ready) => ready.unchecked_into(),
        Ok(promise) => {
            match before_beating(deadline, JsFuture::from(promise), BEAT_MS, beat).await {
                Some(Ok(ready)) => ready.unchecked_into(),
                Some(Err(thrown)) => return no_connection(0, &thrown),
                None => return Attempt::not_sent(),
            }
        }
    };
    trap_point!("prepared");
    let bytes = prepared.bytes();
    // Memory that grew since would have emptied the view and the request with it.
    if bytes == 0 || !with(false, |state| state.buffer.hand_over(lease.id)) {
        return Attempt::not_sent();
    }
    let answer = match transport.send(&prepared, lease.id.token()) {
        Ok(promise) => before_beating(deadline, JsFuture::from(promise), BEAT_MS, beat).await,
        Err(thrown) => return no_connection(bytes, &thrown),
    };
    trap_point!("answered");
    match answer {
        Some(Err(thrown)) => no_connection(bytes, &thrown),
        None => Attempt::failed(
            Attempted::NoAnswer,
            bytes,
            "timeout",
            "no answer within the time allowed",
        ),
        Some(Ok(answer)) => read(answer.unchecked_into(), bytes, deadline, beat).await,
    }
}

fn prepare(lease: Lease, transport: &Transport) -> Result<JsValue, JsValue> {
    let body = with(None, |state| state.buffer.body(lease.id).map(view));
    let body = body.ok_or(JsValue::UNDEFINED)?;
    transport.prepare(lease.destination.index(), &body)
}

/// The body where it lies. JavaScript copies it before anything else can run.
#[expect(
    unsafe_code,
    reason = "saves a copy of up to 4 MiB; the view is used and dropped before wasm memory can change"
)]
fn view(body: &[u8]) -> Uint8Array {
    unsafe { Uint8Array::view(body) }
}

async fn read(answer: Answer, bytes: usize, deadline: &Deadline, beat: impl Fn()) -> Attempt {
    let said = JsFuture::from(answer.said());
    let said = before_beating(deadline, said, BEAT_MS, beat).await;
    trap_point!("read");
    let said: Option<Said> = said.and_then(Result::ok).map(JsValue::unchecked_into);
    let (status, retry_after_ms) = (answer.status(), answer.retry_after_ms());
    Attempt::answered(status, retry_after_ms, said.as_ref(), bytes)
}

fn no_connection(bytes: usize, thrown: &JsValue) -> Attempt {
    let message = match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => "fetch failed".to_owned(),
    };
    Attempt::failed(Attempted::NoConnection, bytes, "network", &message)
}
