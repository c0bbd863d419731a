//! The report that a flush resolves to.

use js_sys::Promise;
use laminar_edge::js;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::ledger::{assert_plain, entries, get, object};
use super::transport::transport;

/// A report with the parts of `error`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Report {
    pub(crate) ok: bool,
    pub(crate) exported: f64,
    pub(crate) rejected: f64,
    pub(crate) pending: f64,
    pub(crate) spilled: f64,
    pub(crate) dropped: Vec<(String, f64)>,
    pub(crate) attempts: f64,
    pub(crate) bytes: f64,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) status: Option<f64>,
}

impl Report {
    /// Returns the code of the error, or an empty string.
    pub(crate) fn code(&self) -> &str {
        self.code.as_deref().unwrap_or("")
    }
}

/// Long enough for a test, short enough for a test that fails.
pub(crate) const BUDGET_MS: u32 = 5_000;
/// Too short for a second attempt.
pub(crate) const SHORT_MS: u32 = 80;

/// The options of one flush.
pub(crate) struct Options {
    pub(crate) budget_ms: u32,
    /// Whether to send more than the full batches.
    pub(crate) all: bool,
    pub(crate) timers: bool,
    pub(crate) exports: u32,
    pub(crate) max_bytes: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            budget_ms: BUDGET_MS,
            all: true,
            timers: true,
            exports: 1,
            max_bytes: f64::INFINITY,
        }
    }
}

impl Options {
    pub(crate) fn within(budget_ms: u32) -> Self {
        Self {
            budget_ms,
            ..Self::default()
        }
    }

    pub(crate) fn begin(&self) -> Promise {
        self.begin_with(transport())
    }

    pub(crate) fn begin_with(&self, transport: js::Transport) -> Promise {
        let options = object(&[
            ("horizon", js::horizon(self.all).into()),
            ("budgetMs", self.budget_ms.into()),
            ("timers", self.timers.into()),
            ("exports", self.exports.into()),
            ("maxBytes", self.max_bytes.into()),
        ]);
        js::flush(options.unchecked_ref(), transport)
    }
}

pub(crate) async fn flush() -> Report {
    report(begin(BUDGET_MS)).await
}

/// Begins a flush of everything, one request at a time.
pub(crate) fn begin(budget_ms: u32) -> Promise {
    Options::within(budget_ms).begin()
}

/// Waits for a flush, and checks that it resolves to a plain object.
pub(crate) async fn report(promise: Promise) -> Report {
    let value = JsFuture::from(promise).await.unwrap();
    assert_plain(&value);
    let dropped = get(&value, "dropped");
    assert_plain(&dropped);
    let number = |name| get(&value, name).as_f64().unwrap();
    let error = get(&value, "error");
    let of_error = |name| match error.is_undefined() {
        true => JsValue::UNDEFINED,
        false => get(&error, name),
    };
    Report {
        ok: get(&value, "ok").as_bool().unwrap(),
        exported: number("exported"),
        rejected: number("rejected"),
        pending: number("pending"),
        spilled: number("spilled"),
        dropped: entries(&dropped)
            .map(|(reason, count)| (reason, count.as_f64().unwrap()))
            .collect(),
        attempts: number("attempts"),
        bytes: number("bytes"),
        code: of_error("code").as_string(),
        message: of_error("message").as_string(),
        status: of_error("status").as_f64(),
    }
}
