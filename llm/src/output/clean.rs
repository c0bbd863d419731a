//! Copies a provider's JSON as it is, without signatures and vectors, and without credentials.

use crate::json::{Val, Writer};

/// Bulk that only the provider can read, and lists of probabilities.
const NEVER: &str =
    "encrypted_content encrypted_index logprobs logprobsResult avgLogprobs obfuscation \
     signature thoughtSignature thought_signature";

/// Values that belong to the user's program: whatever their keys are, they stay as they are.
const OPAQUE: &str =
    "args arguments input input_schema inputSchema json parameters parametersJsonSchema \
     response schema";

/// Credentials that tools of other servers carry.
const SECRET: &str = "authorization authorization_token headers";

/// Copies a value.
pub(crate) fn copy(value: Val<'_>, writer: &mut Writer) {
    let close = match value.first() {
        b'{' => b'}',
        b'[' => b']',
        _ => {
            writer.value(value.raw());
            return;
        }
    };
    writer.open(value.first());
    for item in value.items() {
        copy(item, writer);
    }
    let kind = value.get("type");
    let redacted = kind.is_one_of("redacted_thinking reasoning.encrypted");
    for (key, member) in value.members() {
        let never = key.is_one_of(NEVER) || (redacted && key.is("data"));
        if !never {
            copy_member(key, member, writer);
        }
    }
    writer.close(close);
}

/// Copies a member of an object.
#[inline(never)]
pub(crate) fn copy_member(key: Val<'_>, member: Val<'_>, writer: &mut Writer) {
    writer.value(key.raw()).raw(b":");
    if key.is_one_of(OPAQUE) {
        writer.raw(member.raw());
    } else {
        copy(member, writer);
    }
}

/// Copies the definition of a tool, without what opens its server.
pub(crate) fn copy_tool(tool: Val<'_>, writer: &mut Writer) {
    writer.open(b'{');
    for (key, member) in tool.members() {
        let wrapped = member.get("json");
        let secret = key.is_one_of(SECRET) || (key.is("server_url") && has_secret(member));
        if key.is("parametersJsonSchema") {
            // Laminar reads Gemini's other name for it.
            writer.key("parameters").raw(member.raw());
        } else if key.is("inputSchema") && wrapped.there() {
            // Bedrock wraps it.
            writer.key("inputSchema").raw(wrapped.raw());
        } else if !secret {
            copy_member(key, member, writer);
        }
    }
    writer.close(b'}');
}

/// Whether a URL may hold a password or a key: it has a query or a user.
fn has_secret(url: Val<'_>) -> bool {
    url.spelled().iter().any(|byte| matches!(byte, b'?' | b'@'))
}
