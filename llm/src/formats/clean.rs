//! Copies a provider's JSON as it is, without what nobody reads and what nobody may see.

use crate::json::{Val, Writer};

/// Bulk that only the provider can read, and lists of probabilities.
const NEVER: &[&str] = &[
    "encrypted_content",
    "encrypted_index",
    "logprobs",
    "logprobsResult",
    "obfuscation",
    "signature",
    "thoughtSignature",
    "thought_signature",
];

/// Values that belong to the user's program: whatever their keys are, they stay as they are.
const OPAQUE: &[&str] = &[
    "args",
    "arguments",
    "input",
    "input_schema",
    "inputSchema",
    "json",
    "parameters",
    "parametersJsonSchema",
    "response",
    "schema",
];

/// What tools of other servers carry to get in there.
const SECRET: &[&str] = &["authorization", "authorization_token", "headers"];

/// Copies a value.
pub(crate) fn copy(value: Val<'_>, writer: &mut Writer) {
    match value.first() {
        b'{' => {
            writer.open(b'{');
            let redacted = value.says("type", "redacted_thinking")
                || value.says("type", "reasoning.encrypted");
            for (key, member) in value.members() {
                if NEVER.iter().any(|name| key.is(name)) || (redacted && key.is("data")) {
                    continue;
                }
                copy_member(key, member, writer);
            }
            writer.close(b'}');
        }
        b'[' => {
            writer.open(b'[');
            for item in value.items() {
                copy(item, writer);
            }
            writer.close(b']');
        }
        _ => {
            writer.value(value.raw());
        }
    }
}

/// Copies a member of an object.
pub(crate) fn copy_member(key: Val<'_>, member: Val<'_>, writer: &mut Writer) {
    writer.value(key.raw()).raw(b":");
    if OPAQUE.iter().any(|name| key.is(name)) {
        writer.value(member.raw());
    } else {
        copy(member, writer);
    }
}

/// Copies the definitions of tools, without what opens their servers.
pub(crate) fn copy_tools(tools: Val<'_>, writer: &mut Writer) {
    for tool in tools.items() {
        writer.open(b'{');
        for (key, member) in tool.members() {
            if !SECRET.iter().any(|name| key.is(name)) {
                copy_member(key, member, writer);
            }
        }
        writer.close(b'}');
    }
}
