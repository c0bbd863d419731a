//! Answers that come when the instance that asked is gone; `pkg/lib/delivery/rescue.js` waits for
//! them.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::js::answer::Attempt;
use crate::js::flush::tell;
use crate::js::state::with;
use crate::js::time::now_ms;
use crate::js::transport::Transport;
use crate::{Outcome, Pace, Settled};

/// Settles an adopted lease by the answer to its request; no `response` means that `fetch` rejected.
/// Nothing happens if the lease was settled before its instance ended, or is over by now.
#[wasm_bindgen]
pub fn settle_late(
    token: u32,
    response: Option<js_sys::Object>,
    body: Option<Uint8Array>,
    transport: &Transport,
) -> bool {
    let attempt = response.map(|response| Attempt::of(&response, body));
    let settled = with(Settled::default(), |state| {
        let buffer = &mut state.buffer;
        let Some(lease) = buffer.lease_with(token) else {
            return Settled::default();
        };
        let Some(attempt) = attempt else {
            return buffer.settle(lease, Outcome::Unsent);
        };
        if let (Pace::Hold { ms }, Some(id)) =
            (attempt.verdict.pace, buffer.destination_of_lease(lease))
        {
            buffer.hold(id, now_ms(), ms, attempt.status);
        }
        buffer.settle(lease, attempt.verdict.outcome)
    });
    // JavaScript, which waited for the answer, knows its status.
    tell(transport, settled, 0, 0);
    true
}
