//! Messages in the form of OpenTelemetry: a role and parts. Laminar shows reasoning only in this form.

use crate::json::{read, unescape, Writer};

/// Writes a part of text; `kind` is `text` or `thinking`.
pub(crate) fn text_part(kind: &str, spelled: &[u8], writer: &mut Writer) {
    if spelled.is_empty() {
        return;
    }
    writer.open(b'{').key("type").string(kind.as_bytes());
    writer.key("content").spelled(spelled).close(b'}');
}

/// Writes a call of a tool.
pub(crate) fn tool_part(id: &[u8], name: &[u8], arguments: &[u8], writer: &mut Writer) {
    writer.open(b'{').key("type").raw(b"\"tool_call\"");
    writer.key("id").spelled(id).key("name").spelled(name);
    writer.key("arguments");
    match document(arguments) {
        Some(json) => writer.raw(&json),
        None => writer.spelled(arguments),
    };
    writer.close(b'}');
}

/// Returns what a string of JSON text holds, if that is one document.
pub(crate) fn document(spelled: &[u8]) -> Option<Vec<u8>> {
    let json = unescape(spelled);
    let mut nodes = Vec::new();
    read(&json, &mut nodes).map(|()| json)
}
