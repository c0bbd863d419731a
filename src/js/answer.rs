//! What an answer means: the core's verdict, and words for the report.

use crate::js::report::FlushError;
use crate::js::time::now_ms;
use crate::{judge, partial_success, retry_after_ms, Attempted, Outcome, Pace, Verdict};

/// How much of an answer that explains an error goes into the report.
const MESSAGE_BYTES: usize = 200;

/// What came of an attempt.
pub(crate) struct Attempt {
    pub(crate) verdict: Verdict,
    /// Of the body; 0 if it never left.
    pub(crate) bytes: usize,
    pub(crate) error: Option<FlushError>,
}

impl Attempt {
    /// An HTTP answer; a status of 0 is none.
    pub(crate) fn answered(
        status: u16,
        retry_after: Option<&str>,
        content_type: &str,
        body: &[u8],
        bytes: usize,
    ) -> Self {
        if status == 0 {
            return Self::failed(Attempted::NoAnswer, bytes, "network", "no HTTP answer");
        }
        let retry_after_ms = retry_after.and_then(|value| retry_after_ms(value, now_ms()));
        let mut verdict = judge(Attempted::Answered {
            status,
            retry_after_ms,
        });
        if let Outcome::Accepted { rejected } = &mut verdict.outcome {
            let partial = partial_success(content_type, body);
            *rejected = partial.rejected_spans;
            let said = partial.error_message;
            let worth_saying = partial.rejected_spans > 0 || !said.is_empty();
            let error = worth_saying.then(|| FlushError {
                code: "partial_success",
                message: said,
                status: Some(status),
            });
            return Self {
                verdict,
                bytes,
                error,
            };
        }
        let said = String::from_utf8_lossy(body.get(..MESSAGE_BYTES).unwrap_or(body));
        let message = format!("HTTP {status} {}", said.trim());
        let mut attempt = Self {
            verdict,
            bytes,
            error: Some(FlushError {
                code: code_of(status),
                message: message.trim_end().to_owned(),
                status: Some(status),
            }),
        };
        if matches!(attempt.verdict.pace, Pace::Hold { ms } if ms <= 0.0) {
            attempt.verdict.pace = Pace::Go;
        }
        attempt
    }

    pub(crate) fn failed(
        attempted: Attempted,
        bytes: usize,
        code: &'static str,
        message: &str,
    ) -> Self {
        Self {
            verdict: judge(attempted),
            bytes,
            error: Some(FlushError {
                code,
                message: message.to_owned(),
                status: None,
            }),
        }
    }

    /// The lease or the time was gone before the body left.
    pub(crate) fn not_sent() -> Self {
        Self::failed(
            Attempted::NoConnection,
            0,
            "timeout",
            "the time allowed ended before the request could be sent",
        )
    }
}

pub(crate) fn code_of(status: u16) -> &'static str {
    match status {
        401 | 403 => "unauthorized",
        413 => "payload_too_large",
        429 | 502 | 503 | 504 => "unavailable",
        408 | 500..=599 => "server_error",
        _ => "refused",
    }
}
