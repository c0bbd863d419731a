//! Errors, in every form in which providers say them.

use crate::json::{lossy, Val};

/// What is kept of a message.
const MAX_MESSAGE_BYTES: usize = 2048;
const MAX_TYPE_BYTES: usize = 128;

/// An error of the provider's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The provider's code or type, else the HTTP status.
    pub kind: String,
    /// The provider's message; may be empty.
    pub message: String,
}

/// Returns the error that a document holds, if it holds one.
pub(crate) fn fault_in(document: Val<'_>, status: u16) -> Option<Fault> {
    let of_groq = document.path(&["x_groq", "error"]);
    let first = document
        .get("errors")
        .and_then(|errors| errors.items().next());
    let is_bare =
        document.says("object", "error") || document.says("type", "error") || status >= 400;
    let error = document
        .get("error")
        .or(of_groq)
        .or(first)
        .or(is_bare.then_some(document))?;
    if let Some(message) = error.string() {
        return Some(Fault {
            kind: status_text(status),
            message: bounded(message, MAX_MESSAGE_BYTES),
        });
    }
    let kind = [
        error.get("status"),
        error.get("code"),
        error.get("type"),
        error.get("__type"),
    ]
    .into_iter()
    .flatten()
    .filter_map(Val::string)
    .find(|kind| !kind.is_empty() && kind != "error")
    .or_else(|| error.get("code")?.number().map(str::to_owned))
    .unwrap_or_else(|| status_text(status));
    let message = error.any(&["message", "detail", "Message"]);
    let message = message.map(|message| {
        message
            .string()
            .unwrap_or_else(|| lossy(message.raw().to_vec()))
    });
    Some(Fault {
        kind: bounded(kind, MAX_TYPE_BYTES),
        message: bounded(message.unwrap_or_default(), MAX_MESSAGE_BYTES),
    })
}

/// Returns the error of an answer whose body says nothing, with the beginning of that body.
pub(crate) fn fault_of_status(status: u16, head: &[u8]) -> Fault {
    let is_page = head.trim_ascii_start().starts_with(b"<");
    let message = if is_page { Vec::new() } else { head.to_vec() };
    Fault {
        kind: status_text(status),
        message: bounded(lossy(message), MAX_MESSAGE_BYTES),
    }
}

fn status_text(status: u16) -> String {
    if status < 400 {
        return "error".to_owned();
    }
    let mut digits = Vec::new();
    crate::json::push_int(u64::from(status), &mut digits);
    lossy(digits)
}

fn bounded(mut text: String, max_bytes: usize) -> String {
    let mut end = text.len().min(max_bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}
