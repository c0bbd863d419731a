//! What an answer means: the core's verdict, and words for the report.

use crate::js::report::FlushError;
use crate::js::transport::Said;
use crate::response::from_protobuf;
use crate::{judge, Attempted, Outcome, PartialSuccess, Verdict};

/// What came of an attempt.
pub(crate) struct Attempt {
    pub(crate) verdict: Verdict,
    /// Of the body; 0 if it never left.
    pub(crate) bytes: usize,
    pub(crate) error: Option<FlushError>,
}

impl Attempt {
    /// An HTTP answer; a status of 0 is none. `said` is absent if its body never came.
    pub(crate) fn answered(
        status: u16,
        retry_after_ms: Option<f64>,
        said: Option<&Said>,
        bytes: usize,
    ) -> Self {
        if status == 0 {
            return Self::failed(Attempted::NoAnswer, bytes, "network", "no HTTP answer");
        }
        let mut verdict = judge(Attempted::Answered {
            status,
            retry_after_ms,
        });
        let mut partial = said.map(read).unwrap_or_default();
        let code = match &mut verdict.outcome {
            Outcome::Accepted { rejected } => {
                *rejected = partial.rejected_spans;
                let worth_saying = *rejected > 0 || !partial.error_message.is_empty();
                worth_saying.then_some("partial_success")
            }
            _ => Some(code_of(status)),
        };
        Self {
            verdict,
            bytes,
            error: code.map(|code| FlushError {
                code,
                message: core::mem::take(&mut partial.error_message),
                status: Some(status),
            }),
        }
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

fn read(said: &Said) -> PartialSuccess {
    if let Some(body) = said.protobuf() {
        return from_protobuf(&body.to_vec()).unwrap_or_default();
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "float casts saturate"
    )]
    PartialSuccess {
        rejected_spans: said.rejected() as u64,
        error_message: said.message(),
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
