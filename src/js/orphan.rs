//! Answers that come when the instance that asked is gone.

use wasm_bindgen::prelude::*;

use crate::js::answer::Attempt;
use crate::js::state::with;
use crate::js::traps::trap_point;

/// Settles an adopted lease by the answer that JavaScript saw. Nothing happens if the lease was
/// settled before its instance ended, or is over by now.
#[wasm_bindgen]
pub fn settle_orphan(
    token: u32,
    status: u16,
    retry_after: Option<String>,
    content_type: &str,
    body: &[u8],
) {
    trap_point!("settle_orphan");
    let attempt = Attempt::answered(status, retry_after.as_deref(), content_type, body, 0);
    with((), |state| {
        if let Some(id) = state.buffer.lease_with(token) {
            state.buffer.settle(id, attempt.verdict.outcome);
        }
    });
}
