//! Redaction: its rules come in, and texts that JavaScript must have redacted before it goes on with them.
//!
//! All of it lies in the staging memory. The strings of a span are redacted by `record`.

use wasm_bindgen::prelude::*;

use crate::delivery::lossy;
use crate::js::state::{with, State};
use crate::redact::{Detectors, Rules};
use crate::DestinationId;

/// Puts rules in force for the spans of a destination. `bytes` of text are entries with a zero between
/// them; the first letter of each says what it is: a secret text (`s`), a name (`n`), an allowed text (`a`)
/// or a mark (`m`). If `keyed`, the first four words are the key of pseudonyms.
#[wasm_bindgen]
pub fn set_redaction(destination: usize, detectors: u16, keyed: bool, bytes: usize) {
    with(
        (),
        |State {
             buffer, staging, ..
         }| {
            let Some(destination) = buffer.destination_at(destination) else {
                return;
            };
            let mut rules = Rules {
                detectors: Detectors::from_bits(detectors),
                ..Rules::default()
            };
            let text = staging.text.get(..bytes).unwrap_or_default();
            for entry in text.split(|byte| *byte == 0) {
                let Some((kind, entry)) = entry.split_first() else {
                    continue;
                };
                let list = match kind {
                    b's' => &mut rules.secrets,
                    b'n' => &mut rules.names,
                    b'a' => &mut rules.allowed,
                    _ => &mut rules.marks,
                };
                // The standard library's decoder is larger.
                list.push(lossy(entry, entry.len()));
            }
            if keyed {
                let mut key = [0; 16];
                for (bytes, word) in key.chunks_exact_mut(4).zip(&staging.words) {
                    bytes.copy_from_slice(&word.to_be_bytes());
                }
                rules.pseudonym_key = Some(key);
            }
            buffer.set_redaction_of(destination, rules);
        },
    );
}

/// Redacts `bytes` of text and returns how many bytes it has then, or -1 if nothing was replaced.
/// With `of_span`, what was replaced counts for the span that ends next. If there is no such
/// destination, secrets are replaced.
#[wasm_bindgen]
pub fn redact_text(destination: usize, bytes: usize, of_span: bool) -> i32 {
    replace(destination, bytes, |state, destination, text| {
        state.buffer.redact(destination, text, of_span)
    })
}

/// Replaces `bytes` of text, a match of one of the program's patterns, by their mark, and returns how
/// many bytes the mark has. With `failed`, the mark says that the text could not be searched.
/// `of_span` is as above.
#[wasm_bindgen]
pub fn mark_text(destination: usize, bytes: usize, failed: bool, of_span: bool) -> i32 {
    replace(destination, bytes, |state, destination, text| {
        Some(state.buffer.mark(destination?, text, failed, of_span))
    })
}

fn replace(
    destination: usize,
    bytes: usize,
    action: impl FnOnce(&mut State, Option<DestinationId>, &[u8]) -> Option<Vec<u8>>,
) -> i32 {
    with(0, |state| {
        let destination = state.buffer.destination_at(destination);
        let text = core::mem::take(&mut state.staging.text);
        let redacted = action(state, destination, text.get(..bytes).unwrap_or_default());
        state.staging.text = text;
        let replaced = redacted.map(|redacted| state.staging.put(&redacted));
        replaced.map_or(-1, |bytes| i32::try_from(bytes).unwrap_or(0))
    })
}
