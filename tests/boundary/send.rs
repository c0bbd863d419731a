//! Batches leave as `pkg/lib/delivery/delivery.js` sends them: leased, handed over, settled.

use js_sys::{Date, Uint8Array, WebAssembly};
use laminar_edge::js;
use laminar_edge::protobuf::{Field, Fields};
use wasm_bindgen::prelude::*;

use super::record_in::answers;

pub(crate) const ANSWERED: u32 = 0;
pub(crate) const NO_CONNECTION: u32 = 1;
pub(crate) const NO_ANSWER: u32 = 2;

const TTL_MS: f64 = 10_000.0;

/// What a lease names.
pub(crate) struct Batch {
    pub(crate) token: u32,
    pub(crate) destination: usize,
    pub(crate) body: Vec<u8>,
}

impl Batch {
    /// The names of its spans, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        span_names(&self.body)
    }

    /// Sent and answered like this: `[exported, rejected, spilled, kept, dropped, reason, pace_ms]`.
    pub(crate) fn settle(&self, how: u32, status: u16, rejected: f64) -> Vec<f64> {
        assert!(js::hand_over(self.token));
        settle(self.token, how, status, rejected)
    }
}

pub(crate) fn settle(token: u32, how: u32, status: u16, rejected: f64) -> Vec<f64> {
    answers(js::settle(token, how, status, -1.0, rejected, Date::now()))
}

/// The next batch before the horizon, by the numbers that JavaScript gets.
pub(crate) fn lease(horizon: u32) -> Result<Batch, Vec<f64>> {
    let answer = answers(js::lease(
        horizon,
        0,
        f64::INFINITY,
        Date::now(),
        TTL_MS,
        false,
    ));
    let &[token, destination, _, _, address, bytes] = &answer[..] else {
        return Err(answer);
    };
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let whole = Uint8Array::new(&memory.buffer());
    let body = whole.subarray(address as u32, (address + bytes) as u32);
    Ok(Batch {
        token: token as u32,
        destination: destination as usize,
        body: body.to_vec(),
    })
}

/// Sends everything and has it taken: the batches.
pub(crate) fn deliver() -> Vec<Batch> {
    let horizon = js::horizon(true);
    let mut sent = Vec::new();
    while let Ok(batch) = lease(horizon) {
        batch.settle(ANSWERED, 200, 0.0);
        sent.push(batch);
    }
    sent
}

/// `resource_spans`, `scope_spans`, `spans`, `name`. Bodies begin with their oldest span.
fn span_names(body: &[u8]) -> Vec<String> {
    let inner = |message, number| {
        Fields(message).filter_map(move |field| match field {
            (found, Field::Bytes(bytes)) if found == number => Some(bytes),
            _ => None,
        })
    };
    let spans = inner(body, 1).flat_map(|resource| inner(resource, 2).flat_map(|s| inner(s, 2)));
    let names = spans.flat_map(|span| inner(span, 5));
    let mut names: Vec<String> = names
        .map(|name| String::from_utf8(name.to_vec()).unwrap())
        .collect();
    names.sort();
    names
}
