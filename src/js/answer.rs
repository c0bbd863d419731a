//! What an answer means: the core's verdict, and words for the report. Answers are untrusted: a
//! program's own `fetch` may resolve to anything.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::Headers;

use crate::js::report::FlushError;
use crate::js::time::now_ms;
use crate::{judge, partial_success, retry_after_ms, Attempted, Outcome, Verdict};

/// Bytes of an error page that are shown in the report.
const SHOWN_BYTES: usize = 200;

/// The head of an HTTP answer.
pub(crate) struct Answer {
    status: u16,
    retry_after_ms: Option<f64>,
    content_type: String,
}

/// What came of one request.
pub(crate) struct Attempt {
    pub(crate) verdict: Verdict,
    pub(crate) status: u16,
    pub(crate) error: Option<FlushError>,
}

impl Answer {
    /// Reads status and headers; `None` for what is no HTTP answer.
    pub(crate) fn of(response: &JsValue) -> Option<Self> {
        Some(Self {
            status: status_of(response)?,
            retry_after_ms: header_of(response, "retry-after")
                .and_then(|value| retry_after_ms(&value, now_ms())),
            content_type: header_of(response, "content-type").unwrap_or_default(),
        })
    }
}

fn status_of(response: &JsValue) -> Option<u16> {
    // A browser hides the status of a redirect that it does not follow.
    if property(response, "type")?.as_string().as_deref() == Some("opaqueredirect") {
        return Some(302);
    }
    let status = property(response, "status")?.as_f64()?;
    let is_status = (100.0..1_000.0).contains(&status) && status.trunc() == status;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 100 and 999"
    )]
    is_status.then_some(status as u16)
}

fn header_of(response: &JsValue, name: &str) -> Option<String> {
    let headers = property(response, "headers").filter(JsValue::is_object)?;
    headers.unchecked_into::<Headers>().get(name).ok()?
}

/// A getter may throw.
fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name)).ok()
}

impl Attempt {
    /// An HTTP answer, with as much of its body as has come.
    pub(crate) fn answered(answer: &Answer, body: &[u8]) -> Self {
        let status = answer.status;
        let mut verdict = judge(Attempted::Answered {
            status,
            retry_after_ms: answer.retry_after_ms,
        });
        let message = match &mut verdict.outcome {
            Outcome::Accepted { rejected } => {
                let partial = partial_success(&answer.content_type, body);
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
        Self {
            verdict,
            status,
            error,
        }
    }

    /// No HTTP answer.
    pub(crate) fn failed(attempted: Attempted, code: &'static str, message: &str) -> Self {
        Self {
            verdict: judge(attempted),
            status: 0,
            error: Some(FlushError {
                code,
                message: message.to_owned(),
                status: None,
            }),
        }
    }

    /// Whatever came was no HTTP answer, so nobody knows whether the batch arrived.
    pub(crate) fn no_answer() -> Self {
        Self::failed(Attempted::NoAnswer, "network", "no HTTP answer")
    }

    /// `fetch` threw or rejected.
    pub(crate) fn no_connection(thrown: &JsValue) -> Self {
        let message = thrown
            .is_object()
            .then(|| property(thrown, "message"))
            .flatten()
            .and_then(|message| message.as_string());
        let message = message.as_deref().unwrap_or("fetch failed");
        Self::failed(Attempted::NoConnection, "network", message)
    }

    /// The time or the lease was over before the body left.
    pub(crate) fn not_sent() -> Self {
        Self::failed(
            Attempted::NoConnection,
            "timeout",
            "the time allowed ended before the request could be sent",
        )
    }

    /// The body left, and the time was over before the answer came.
    pub(crate) fn late() -> Self {
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
    let start = body.get(..SHOWN_BYTES).unwrap_or(body);
    let text = String::from_utf8_lossy(start);
    let mut message = String::from("HTTP ");
    message.push_str(&decimal(status.into()));
    let text = text.trim();
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
