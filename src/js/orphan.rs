//! Answers that come when the instance that asked is gone.

use wasm_bindgen::prelude::*;

use crate::js::answer::Attempt;
use crate::js::state::with;
use crate::js::transport::Said;
use crate::js::traps::trap_point;
use crate::{DropReason, Outcome, Settled};

/// Settles an adopted lease by what JavaScript saw: a status, or none where `fetch` rejected.
/// Gives back how many spans were exported, rejected and dropped, and the number of the reason.
/// Nothing happens if the lease was settled before its instance ended, or is over by now.
#[wasm_bindgen]
pub fn settle_orphan(
    token: u32,
    status: Option<u16>,
    retry_after_ms: Option<f64>,
    said: Option<Said>,
) -> Vec<u32> {
    trap_point!("settle_orphan");
    let outcome = match status {
        Some(status) => {
            Attempt::answered(status, retry_after_ms, said.as_ref(), 0)
                .verdict
                .outcome
        }
        None => Outcome::Unsent,
    };
    let settled = with(Settled::default(), |state| {
        let lease = state.buffer.lease_with(token);
        lease
            .map(|id| state.buffer.settle(id, outcome))
            .unwrap_or_default()
    });
    let (reason, dropped) = settled.dropped.unwrap_or((DropReason::Trap, 0));
    [settled.exported, settled.rejected, dropped, reason as u64]
        .map(|count| u32::try_from(count).unwrap_or(u32::MAX))
        .to_vec()
}
