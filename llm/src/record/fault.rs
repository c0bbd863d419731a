//! Errors, in every form in which providers say them.

use crate::json::{copied, parts, push_int, trim_start, unescape, Val};

/// What is kept of a message.
const MAX_MESSAGE_BYTES: usize = 2048;
const MAX_TYPE_BYTES: usize = 128;

/// An error of the provider's.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The provider's code or type, else the HTTP status; empty if there is no error.
    pub(crate) kind: Vec<u8>,
    /// The provider's message; may be empty.
    pub(crate) message: Vec<u8>,
}

impl Fault {
    pub(crate) const NONE: Self = Self {
        kind: Vec::new(),
        message: Vec::new(),
    };

    /// Whether there is an error.
    pub(crate) fn there(&self) -> bool {
        !self.kind.is_empty()
    }

    #[inline(never)]
    fn set(&mut self, kind: Vec<u8>, message: Vec<u8>) {
        self.kind = bounded(kind, MAX_TYPE_BYTES);
        self.message = bounded(message, MAX_MESSAGE_BYTES);
    }
}

/// Takes the error that a document holds, if it holds one. With an HTTP status from 400 on, the document
/// is one.
pub(crate) fn read_fault(document: Val<'_>, status: u16, fault: &mut Fault) {
    let mut error = document.find("error x_groq.error");
    if !error.there() && document.get("choices").there() {
        return;
    }
    if !error.there() {
        error = document.get("errors").items().next().unwrap_or(error);
    }
    let is_bare =
        status >= 400 || document.get("object").is("error") || document.get("type").is("error");
    if !error.there() && is_bare {
        error = document;
    }
    if !error.there() {
        return;
    }
    let mut message = error.find("message.message message detail Message");
    if error.is_string() {
        message = error;
    }
    let message = if message.is_string() {
        message.string()
    } else {
        copied(message.raw())
    };
    let keys = parts(b"status code type __type", b' ');
    let mut kinds = keys
        .map(|key| error.find_bytes(key))
        .filter(|value| !value.is("error"));
    let mut kind = kinds.find_map(|value| Some(value.spelled()).filter(|kind| !kind.is_empty()));
    let code = error.get("code");
    if code.is_number() {
        kind = kind.or(Some(code.raw()));
    }
    let kind = kind.map_or_else(|| status_text(status), unescape);
    fault.set(kind, message);
}

/// Takes the error of an answer whose body says nothing, with the beginning of that body.
pub(crate) fn fault_of_status(status: u16, head: &[u8], fault: &mut Fault) {
    let is_page = trim_start(head).starts_with(b"<");
    let message = if is_page { &[] } else { head };
    fault.set(status_text(status), copied(message));
}

fn status_text(status: u16) -> Vec<u8> {
    if status < 400 {
        return b"error".to_vec();
    }
    let mut digits = Vec::new();
    push_int(u64::from(status), &mut digits);
    digits
}

/// Cuts text between two characters.
fn bounded(mut text: Vec<u8>, max_bytes: usize) -> Vec<u8> {
    let mut end = max_bytes;
    while text.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) && end > 0 {
        end -= 1;
    }
    text.truncate(end);
    text
}
