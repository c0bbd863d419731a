//! Batches on their way into a store, one step each; `pkg/lib/spill/put.js` is the loop around them.

use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

use crate::encode::constants::{HANDED, REFUSED, STORED};
use crate::js::flush::{whole, LEASE_MARGIN_MS};
use crate::js::report::{float, small, to_object, BatchReport, Value};
use crate::js::state::with;
use crate::js::time::now_ms;
use crate::{Horizon, LeaseFor, LeaseRequest, Outcome, Settled};

/// Returns the number that a flush that begins now takes as its horizon: what is buffered up to now
/// lies before it. With `seal` all chunks are closed first.
#[wasm_bindgen]
pub fn horizon(seal: bool) -> u32 {
    with(Horizon::from_number(0), |state| {
        let buffer = &mut state.buffer;
        if seal {
            buffer.seal()
        } else {
            buffer.horizon()
        }
    })
    .number()
}

/// A batch that is to go into a store.
struct StoreLease {
    token: u32,
    destination: u32,
    spans: u32,
    ambiguous: u32,
    /// Where its body is in the memory of the instance.
    address: u32,
    bytes: u32,
}

impl Serialize for StoreLease {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = [
            ("token", self.token),
            ("destination", self.destination),
            ("spans", self.spans),
            ("ambiguous", self.ambiguous),
            ("address", self.address),
            ("bytes", self.bytes),
        ];
        let fields = fields.map(|(name, value)| (name, Value::Count(value.into())));
        Value::Object(&fields).serialize(serializer)
    }
}

/// Leases a batch before the horizon for a store, whether or not its destination is held. Returns
/// undefined if there is none. `left_ms` is how long storing may take. With `tail` only batches that a Tail Worker may have.
#[wasm_bindgen]
pub fn store_lease(horizon: u32, max_bytes: f64, left_ms: f64, tail: bool) -> JsValue {
    let lease = with(None, |state| {
        let buffer = &mut state.buffer;
        let lease = buffer.lease_of(&LeaseRequest {
            horizon: Horizon::from_number(horizon),
            skip: &|_| false,
            now_ms: now_ms(),
            ttl_ms: left_ms + LEASE_MARGIN_MS,
            max_bytes: whole(max_bytes),
            purpose: if tail {
                LeaseFor::Tail
            } else {
                LeaseFor::Store
            },
        })?;
        buffer.hand_to_store(lease.id);
        let body = buffer.body(lease.id).unwrap_or_default();
        Some(StoreLease {
            token: lease.id.token(),
            destination: small(lease.destination.index()),
            spans: small(lease.spans),
            ambiguous: lease.ambiguous,
            address: small(body.as_ptr() as usize),
            bytes: small(body.len()),
        })
    });
    lease.as_ref().map(to_object).unwrap_or_default()
}

/// Says that whoever stores the batch lives.
#[wasm_bindgen]
pub fn store_beat(token: u32) {
    with((), |state| {
        if let Some(id) = state.buffer.lease_with(token) {
            state.buffer.beat(id);
        }
    });
}

/// Says what became of the batch, by a number of `constants`. Returns a `BatchReport`.
#[wasm_bindgen]
pub fn store_settle(token: u32, fate: u32) -> JsValue {
    let settled = with(Settled::default(), |state| {
        let buffer = &mut state.buffer;
        let Some(id) = buffer.lease_known(token) else {
            return Settled::default();
        };
        match fate {
            STORED => buffer.settle_spilled(id),
            HANDED => buffer.settle_handed(id),
            REFUSED => buffer.settle(id, Outcome::Unsent),
            _ => buffer.settle(id, Outcome::Ambiguous),
        }
    });
    to_object(&BatchReport {
        settled,
        ..BatchReport::default()
    })
}

/// Drops everything that is still here, as `shutdown` does after its flush. Returns how many spans that
/// were.
#[wasm_bindgen]
pub fn clear() -> f64 {
    with(0.0, |state| {
        float(state.buffer.clear(crate::DropReason::Shutdown))
    })
}
