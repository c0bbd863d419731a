//! What an answer means: the core's verdict, and words for the report. Answers are untrusted: a
//! program's own `fetch` may resolve to anything.

use js_sys::JsString;
#[cfg(feature = "js")]
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::delivery::lossy;
use crate::js::report::FlushError;
use crate::js::time::now_ms;
use crate::{judge, partial_success, retry_after_ms, Attempted, Outcome, Verdict};

/// UTF-16 units of a header or an error's message that are read.
const MOST_UNITS: u32 = 200;
/// Bytes of an error page that are shown in the report.
const SHOWN_BYTES: usize = 200;

#[wasm_bindgen]
extern "C" {
    /// What stands in the place of an answer's headers. The type of web-sys promises a string, and what
    /// is none would become a `String` that is not UTF-8.
    type AnyHeaders;

    #[wasm_bindgen(method, catch)]
    fn get(this: &AnyHeaders, name: &str) -> Result<JsValue, JsValue>;

    /// What somebody threw.
    type Thrown;

    #[wasm_bindgen(method, getter, catch)]
    fn message(this: &Thrown) -> Result<JsValue, JsValue>;

    /// What `fetch` resolved to. Any getter may throw, and give anything.
    type Response;

    #[wasm_bindgen(method, getter, js_name = type, catch)]
    fn kind(this: &Response) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn status(this: &Response) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn headers(this: &Response) -> Result<JsValue, JsValue>;
}

/// The head of an HTTP answer.
pub(crate) struct Answer {
    status: u16,
    response: Response,
}

/// The result of one request. It is boxed, because the functions that pass it on are smaller then.
pub(crate) struct Attempt {
    pub(crate) verdict: Verdict,
    pub(crate) status: u16,
    pub(crate) error: Option<FlushError>,
}

impl Answer {
    /// Reads the status; `None` for what is no HTTP answer.
    pub(crate) fn of(response: &JsValue) -> Option<Self> {
        let response: Response = response.clone().unchecked_into();
        Some(Self {
            status: status_of(&response)?,
            response,
        })
    }

    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    fn header(&self, name: &str) -> Option<String> {
        let headers: AnyHeaders = self.response.headers().ok()?.unchecked_into();
        text_of(&headers.get(name).ok()?)
    }
}

/// Returns the beginning of a string, which may be as long as somebody likes; `None` for anything else.
fn text_of(value: &JsValue) -> Option<String> {
    let text: &JsString = value.dyn_ref()?;
    text.slice(0, MOST_UNITS).as_string()
}

fn status_of(response: &Response) -> Option<u16> {
    let status = response.status().ok()?.as_f64()?;
    // A browser hides the status of a redirect that it does not follow.
    if status == 0.0 {
        let kind = text_of(&response.kind().ok()?)?;
        return (kind == "opaqueredirect").then_some(302);
    }
    let is_status = (100.0..1_000.0).contains(&status) && status.trunc() == status;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 100 and 999"
    )]
    is_status.then_some(status as u16)
}

impl Attempt {
    /// What `fetch` resolved to, with as much of the body as has come.
    #[cfg(feature = "js")]
    #[inline(never)]
    pub(crate) fn of(response: &JsValue, body: Option<Uint8Array>) -> Box<Self> {
        let body = body.as_ref().map(Uint8Array::to_vec).unwrap_or_default();
        Answer::of(response).map_or_else(Self::no_answer, |answer| Self::answered(&answer, &body))
    }

    /// An HTTP answer, with as much of its body as has come.
    #[inline(never)]
    pub(crate) fn answered(answer: &Answer, body: &[u8]) -> Box<Self> {
        let status = answer.status;
        let retry_after = (!answer.is_success()).then(|| answer.header("retry-after"));
        let mut verdict = judge(Attempted::Answered {
            status,
            retry_after_ms: retry_after
                .flatten()
                .and_then(|value| retry_after_ms(&value, now_ms())),
        });
        let message = match &mut verdict.outcome {
            Outcome::Accepted { .. } if body.is_empty() => None,
            Outcome::Accepted { rejected } => {
                let content_type = answer.header("content-type").unwrap_or_default();
                let partial = partial_success(&content_type, body);
                *rejected = partial.rejected_spans;
                let worth_saying = *rejected > 0 || !partial.error_message.is_empty();
                worth_saying.then_some(partial.error_message)
            }
            _ => Some(shown(status, body)),
        };
        let error = message.map(|message| FlushError {
            code: code_of(status),
            message,
            status: Some(status),
        });
        Box::new(Self {
            verdict,
            status,
            error,
        })
    }

    /// No HTTP answer.
    pub(crate) fn failed(attempted: Attempted, code: &'static str, message: &str) -> Box<Self> {
        Box::new(Self {
            verdict: judge(attempted),
            status: 0,
            error: Some(FlushError {
                code,
                message: message.to_owned(),
                status: None,
            }),
        })
    }

    /// Whatever came was no HTTP answer, so nobody knows whether the batch arrived.
    pub(crate) fn no_answer() -> Box<Self> {
        Self::failed(Attempted::NoAnswer, "network", "no HTTP answer")
    }

    /// `fetch` threw or rejected.
    pub(crate) fn no_connection(thrown: &JsValue) -> Box<Self> {
        let message = thrown.unchecked_ref::<Thrown>().message().ok();
        let message = message.and_then(|message| text_of(&message));
        let message = message.as_deref().unwrap_or("fetch failed");
        Self::failed(Attempted::NoConnection, "network", message)
    }

    /// The time or the lease was over before the body left.
    pub(crate) fn not_sent() -> Box<Self> {
        Self::failed(
            Attempted::NoConnection,
            "timeout",
            "the time allowed ended before the request could be sent",
        )
    }

    /// The body left, and the time was over before the answer came.
    pub(crate) fn late() -> Box<Self> {
        Self::failed(
            Attempted::NoAnswer,
            "timeout",
            "no answer within the time allowed",
        )
    }
}

/// Returns the word for what an HTTP status means to the spans.
pub(crate) fn code_of(status: u16) -> &'static str {
    match status {
        200..=299 => "partial_success",
        401 | 403 => "unauthorized",
        413 => "payload_too_large",
        429 | 502 | 503 | 504 => "unavailable",
        408 | 500..=599 => "server_error",
        _ => "refused",
    }
}

/// "HTTP 503 Service Unavailable": the status and the beginning of the page.
fn shown(status: u16, body: &[u8]) -> String {
    let text = lossy(body, SHOWN_BYTES);
    let text = text.trim_ascii();
    let mut message = String::from("HTTP ");
    message.push_str(&decimal(status.into()));
    if !text.is_empty() {
        message.push(' ');
        message.push_str(text);
    }
    message
}

/// Writes a number: the standard library's formatting would add a twentieth to the module.
pub(crate) fn decimal(number: u32) -> String {
    let mut text = if number >= 10 {
        decimal(number / 10)
    } else {
        String::new()
    };
    text.extend(char::from_digit(number % 10, 10));
    text
}
