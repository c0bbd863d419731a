//! Redaction: its rules come in, and texts that JavaScript must have redacted before it goes on with them.
//!
//! All of it lies in the staging memory. The strings of a span are redacted by `record`.

use wasm_bindgen::prelude::*;

use crate::delivery::lossy;
use crate::js::state::{with, State};
use crate::redact::{Detectors, Rules};

/// Puts rules in force for the spans of a destination. `bytes` of text are 16 for the key of pseudonyms, which is
/// there if `keyed`, and then entries with a zero between them; the first letter of each says what it is: a
/// secret text (`s`), a name (`n`), an allowed text (`a`) or a mark (`m`).
#[wasm_bindgen]
pub fn set_redaction(destination: usize, detectors: u16, keyed: bool, bytes: usize) {
    with(
        (),
        |State {
             buffer, staging, ..
         }| {
            let text = staging.text.get(..bytes).unwrap_or_default();
            let (Some(destination), Some((key, text))) =
                (buffer.destination_at(destination), text.split_first_chunk())
            else {
                return;
            };
            let mut rules = Rules {
                detectors: Detectors::from_bits(detectors),
                pseudonym_key: keyed.then_some(*key),
                ..Rules::default()
            };
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
            buffer.set_redaction_of(destination, rules);
        },
    );
}

/// Redacts `bytes` of text and returns how many bytes it has then, or -1 if nothing was replaced. If there is
/// no such destination, secrets are replaced. With `mark`, all of the text is a match of one of the program's
/// patterns and becomes a mark: 1 for what was found, 2 for a text that could not be searched. With `of_span`,
/// what was replaced counts for the span that ends next.
#[wasm_bindgen]
pub fn redact_text(destination: usize, bytes: usize, of_span: bool, mark: u32) -> i32 {
    with(
        0,
        |State {
             buffer, staging, ..
         }| {
            let destination = buffer.destination_at(destination);
            let text = staging.text.get(..bytes).unwrap_or_default();
            let replaced = match destination {
                Some(destination) if mark > 0 => {
                    Some(buffer.mark(destination, text, mark > 1, of_span))
                }
                _ => buffer.redact(destination, text, of_span),
            };
            let bytes = replaced.map(|replaced| staging.put(&replaced));
            bytes.map_or(-1, |bytes| i32::try_from(bytes).unwrap_or(0))
        },
    )
}
