//! One attempt to send one batch.

use std::rc::Rc;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, Request, RequestInit, RequestRedirect, Response};

use crate::js::report::FlushError;
use crate::js::state::with;
use crate::js::time::{before_beating, Deadline};
use crate::{classify, partial_success, Lease, Outcome};

/// How often the holder of a lease says that it lives.
pub(crate) const BEAT_MS: u32 = 250;
/// How much of an answer that explains an error goes into the report.
const MESSAGE_BYTES: u32 = 200;

#[wasm_bindgen]
extern "C" {
    // Not web-sys's, which hangs on a Window or WorkerGlobalScope and traps if fetch throws. A
    // program may have put anything in its place.
    #[wasm_bindgen(js_name = fetch, catch)]
    fn global_fetch(request: &Request) -> Result<JsValue, JsValue>;
}

/// What came of an attempt.
pub(crate) struct Attempt {
    pub(crate) outcome: Outcome,
    pub(crate) bytes: usize,
    pub(crate) error: Option<FlushError>,
}

/// Sends the batch of a lease and waits for the answer until the deadline.
pub(crate) async fn send(lease: Lease, deadline: Rc<Deadline>) -> Attempt {
    let deadline = &*deadline;
    let controller = AbortController::new().ok();
    let (promise, bytes) = match start(lease, controller.as_ref()) {
        Ok(started) => started,
        Err(thrown) => return failed(Outcome::Unsent, 0, "network", message_of(&thrown)),
    };
    let beat = || with((), |state| state.buffer.beat(lease.id));
    let answer = before_beating(deadline, JsFuture::from(promise), BEAT_MS, beat).await;
    let attempt = match answer {
        Some(Ok(nothing)) if !nothing.is_object() => failed(
            Outcome::Ambiguous,
            bytes,
            "network",
            "fetch gave no response".to_owned(),
        ),
        Some(Ok(response)) => judge(response.unchecked_into(), bytes, deadline, beat).await,
        Some(Err(thrown)) => failed(Outcome::Unsent, bytes, "network", message_of(&thrown)),
        None => failed(
            Outcome::Ambiguous,
            bytes,
            "timeout",
            "no answer within the time allowed".to_owned(),
        ),
    };
    if deadline.has_passed() {
        if let Some(controller) = controller {
            controller.abort();
        }
    }
    attempt
}

fn start(lease: Lease, controller: Option<&AbortController>) -> Result<(Promise, usize), JsValue> {
    let target = with(None, |state| {
        state.buffer.destination_of(lease.destination).cloned()
    });
    let target = target.ok_or(JsValue::UNDEFINED)?;
    let headers = Headers::new()?;
    headers.set("content-type", "application/x-protobuf")?;
    if !target.key.is_empty() {
        headers.set("authorization", &format!("Bearer {}", target.key))?;
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    // Followed, it would become a GET whose success says nothing about the spans.
    init.set_redirect(RequestRedirect::Manual);
    if let Some(controller) = controller {
        init.set_signal(Some(&controller.signal()));
    }
    let (body, bytes) =
        with(None, |state| state.buffer.body(lease.id).map(view)).ok_or(JsValue::UNDEFINED)?;
    init.set_body(&body);
    let request = Request::new_with_str_and_init(&target.url, &init)?;
    // Memory that grew since would have emptied the view and the request with it.
    if body.length() as usize != bytes {
        return Err(JsValue::from_str("the body moved"));
    }
    with((), |state| state.buffer.hand_over(lease.id));
    Ok((Promise::resolve(&global_fetch(&request)?), bytes))
}

/// The body where it lies. `Request` copies it before anything else can run.
#[expect(
    unsafe_code,
    reason = "saves a copy of up to 4 MiB; the view is used and dropped before wasm memory can change"
)]
fn view(body: &[u8]) -> (Uint8Array, usize) {
    (unsafe { Uint8Array::view(body) }, body.len())
}

async fn judge(response: Response, bytes: usize, deadline: &Deadline, beat: impl Fn()) -> Attempt {
    let status = response.status();
    let content_type = response.headers().get("content-type");
    let content_type = content_type.ok().flatten().unwrap_or_default();
    // Reading to the end frees the connection, one of six a Worker's request has.
    let body = match response.array_buffer() {
        Ok(promise) => before_beating(deadline, JsFuture::from(promise), BEAT_MS, beat).await,
        Err(_) => None,
    };
    let body = body
        .and_then(Result::ok)
        .map(|buffer| Uint8Array::new(&buffer))
        .unwrap_or_default();
    match classify(status) {
        Outcome::Accepted { .. } => {
            let rejected = partial_success(&content_type, &body.to_vec()).rejected_spans;
            Attempt {
                outcome: Outcome::Accepted { rejected },
                bytes,
                error: None,
            }
        }
        outcome => {
            let said = body.subarray(0, body.length().min(MESSAGE_BYTES)).to_vec();
            let said = String::from_utf8_lossy(&said);
            let message = format!("HTTP {status} {}", said.trim());
            let mut attempt = failed(outcome, bytes, code_of(status), message.trim().to_owned());
            if let Some(error) = attempt.error.as_mut() {
                error.status = Some(status);
            }
            attempt
        }
    }
}

fn code_of(status: u16) -> &'static str {
    match status {
        401 | 403 => "unauthorized",
        413 => "payload_too_large",
        429 | 502 | 503 | 504 => "unavailable",
        408 | 500..=599 => "server_error",
        _ => "refused",
    }
}

fn failed(outcome: Outcome, bytes: usize, code: &'static str, message: String) -> Attempt {
    Attempt {
        outcome,
        bytes,
        error: Some(FlushError {
            code,
            message,
            status: None,
        }),
    }
}

fn message_of(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => "fetch failed".to_owned(),
    }
}
