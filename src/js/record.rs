//! The hot path: spans come in. Numbers cross; strings lie in the staging memory.

use wasm_bindgen::prelude::*;

use crate::encode::constants::{CPU_SHORT, DROPPED, FULL, INPUT, KEPT, OUTPUT, PACK_AGAIN};
use crate::encode::keys;
use crate::js::signal::cpu_is_short;
use crate::js::state::{with, State};
use crate::packed::{PackError, Packed};
use crate::{DestinationId, DropReason};

/// Ends a span whose record lies in the staging memory.
#[wasm_bindgen]
pub fn end_span(
    destination: usize,
    words: usize,
    floats: usize,
    text_bytes: usize,
    units: usize,
) -> u32 {
    with(DROPPED, |state| {
        let State {
            buffer, staging, ..
        } = state;
        let Some(destination) = buffer.destination_at(destination) else {
            buffer.lose(DropReason::Malformed);
            return DROPPED;
        };
        let packed = Packed {
            words: staging.words.get(..words).unwrap_or_default(),
            floats: staging.floats.get(..floats).unwrap_or_default(),
            text: staging.text.get(..text_bytes).unwrap_or_default(),
            units,
        };
        match buffer.push_packed(destination, &packed) {
            Ok(true) if cpu_is_short() => CPU_SHORT,
            Ok(true) if buffer.take_full() => FULL,
            Ok(true) => KEPT,
            Err(PackError::SplitPair) => PACK_AGAIN,
            Ok(false) | Err(_) => DROPPED,
        }
    })
}

/// Writes the end of a large string ahead of its span; call again with what stands before it.
#[wasm_bindgen]
pub fn push_part(destination: usize, bytes: usize) -> bool {
    with_text(destination, bytes, |state, destination, _| {
        let part = state.staging.text.get(..bytes).unwrap_or_default();
        state.buffer.push_part(destination, part)
    })
}

/// Writes the beginning of a large string attribute and its key, which lies behind it unless it is one
/// of the two that are known.
#[wasm_bindgen]
pub fn push_string(destination: usize, value_bytes: usize, key_bytes: u32) -> bool {
    with_text(destination, value_bytes, |state, destination, len| {
        let (value, key) = value_and_key(&state.staging.text, len, key_bytes);
        state.buffer.push_pair(destination, key, value)
    })
}

/// Writes a whole large string attribute, redacted; its key as above.
#[wasm_bindgen]
pub fn push_redacted(destination: usize, value_bytes: usize, key_bytes: u32) -> bool {
    with_text(destination, value_bytes, |state, destination, len| {
        let (value, key) = value_and_key(&state.staging.text, len, key_bytes);
        state.buffer.push_string(destination, key, value)
    })
}

fn value_and_key(text: &[u8], len: usize, key_bytes: u32) -> (&[u8], &[u8]) {
    let (value, rest) = text.split_at_checked(len).unwrap_or_default();
    let key = match key_bytes {
        INPUT => keys::SPAN_INPUT,
        OUTPUT => keys::SPAN_OUTPUT,
        _ => rest.get(..key_bytes as usize).unwrap_or_default(),
    };
    (value, key)
}

/// Counts a span that met a trap on its way in.
#[wasm_bindgen]
pub fn lose_span() {
    with((), |state| state.buffer.lose(DropReason::Trap));
}

fn with_text(
    destination: usize,
    len: usize,
    action: impl FnOnce(&mut State, DestinationId, usize) -> bool,
) -> bool {
    with(false, |state| {
        match state.buffer.destination_at(destination) {
            Some(destination) => action(state, destination, len),
            None => false,
        }
    })
}
