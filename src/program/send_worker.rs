//! The flush of a Worker in Rust: the future of the npm package's `flush()`.

use core::future::Future;

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::buffer::DropReason;
use crate::js::flush;
use crate::program::laminar::Laminar;
use crate::program::report::{FlushError, FlushReport};
use crate::program::transport::transport;

impl Laminar {
    /// Sends every span of the isolate that has ended before this call, and says what became of them. It
    /// never fails: what cannot be sent within the budget stays in memory for the next flush, and every
    /// loss has its reason in [`stats`](Self::stats).
    ///
    /// Give it to `Context::wait_until`. The first requests leave before this returns; they go on even if
    /// the future is dropped.
    pub fn flush(&self) -> impl Future<Output = FlushReport> + 'static {
        let options = Object::new();
        let horizon = self.store.with(|buffer| buffer.seal().number());
        let fields: [(&str, JsValue); 5] = [
            ("horizon", horizon.into()),
            ("budgetMs", self.budget_ms.into()),
            ("timers", true.into()),
            ("exports", 1.into()),
            ("maxBytes", f64::INFINITY.into()),
        ];
        for (name, value) in fields {
            // This fails for frozen objects only.
            let _: Result<bool, JsValue> = Reflect::set(&options, &name.into(), &value);
        }
        let report = JsFuture::from(flush(options.unchecked_ref(), transport()));
        async move { report.await.map(|report| read(&report)).unwrap_or_default() }
    }
}

/// Reads the report that the npm package gives to its users.
fn read(report: &JsValue) -> FlushReport {
    let dropped = get(report, "dropped");
    let losses = DropReason::ALL.map(|reason| (reason, count(&dropped, reason.name())));
    let error = get(report, "error");
    FlushReport {
        ok: get(report, "ok").is_truthy(),
        exported: count(report, "exported"),
        rejected: count(report, "rejected"),
        pending: count(report, "pending"),
        dropped: losses.into_iter().filter(|(_, spans)| *spans > 0).collect(),
        attempts: u32::try_from(count(report, "attempts")).unwrap_or(u32::MAX),
        bytes: count(report, "bytes"),
        error: get(&error, "message")
            .as_string()
            .map(|message| FlushError {
                message,
                status: u16::try_from(count(&error, "status"))
                    .ok()
                    .filter(|status| *status > 0),
            }),
    }
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate"
)]
fn count(object: &JsValue, name: &str) -> u64 {
    get(object, name).as_f64().unwrap_or_default() as u64
}
