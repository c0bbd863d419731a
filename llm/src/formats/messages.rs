//! The messages and tools of a request, in forms that Laminar shows.

use crate::json::{Val, Writer};
use crate::options::Format;
use crate::output::{
    block_as_part, copy, copy_as_parts, copy_content, copy_item, copy_message, copy_tool, fill_from,
};

/// Returns the messages of a request as JSON; nothing if it has none.
pub(crate) fn messages(body: Val<'_>, format: Format) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.open(b'[');
    write_messages(body, format, &mut writer);
    writer.end_list()
}

fn write_messages(body: Val<'_>, format: Format, writer: &mut Writer) {
    let list = body.get("messages");
    let system = body.find("system instructions");
    let in_parts = is_converse(body, format);
    if system.there() {
        if in_parts {
            fill_from(body, "{\"role\":\"system\",\"parts\":[", writer);
            for block in system.items() {
                block_as_part(block, writer);
            }
            writer.raw(b"]}");
        } else {
            one("system", system, writer);
        }
    }
    let system = body.find("systemInstruction system_instruction");
    if system.is_object() {
        copy_content(system, "system", writer);
    } else if system.there() {
        one("system", system, writer);
    }
    if list.is_array() {
        // Laminar shows the role `developer` only among plain texts.
        let no_developer = list
            .items()
            .any(|message| message.get("tool_calls").there() || message.get("content").is_array());
        for message in list.items() {
            if in_parts {
                copy_as_parts(message, writer);
            } else {
                copy_message(message, no_developer, writer);
            }
        }
        return;
    }
    let contents = body.find("contents content");
    for content in contents.items_or_one() {
        copy_content(content, "user", writer);
    }
    for request in body.get("requests").items() {
        copy_content(request.get("content"), "user", writer);
    }
    let input = body.find("input prompt text inputText texts");
    if input.is_string() {
        one("user", input, writer);
    }
    for item in input.items() {
        if item.is_string() {
            one("user", item, writer);
        } else if item.is_object() {
            copy_item(item, writer);
        }
    }
}

/// Whether the messages have Bedrock's own form, whose blocks have no type.
fn is_converse(body: Val<'_>, format: Format) -> bool {
    let first = body.get("messages").items().next();
    let block = first.and_then(|message| message.get("content").items().next());
    format == Format::BedrockConverse
        || (format == Format::BedrockInvoke
            && block.is_some_and(|block| block.is_object() && !block.get("type").there()))
}

/// Writes a message of one role around what its content is.
fn one(role: &str, content: Val<'_>, writer: &mut Writer) {
    writer.open(b'{').key("role").string(role.as_bytes());
    writer.key("content");
    copy(content, writer);
    writer.raw(b"}");
}

/// Returns the definitions of tools as one list; nothing if there are none.
pub(crate) fn tools(body: Val<'_>) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.open(b'[');
    for tool in body.find("tools functions toolConfig.tools").items() {
        let declared = tool.find("functionDeclarations function_declarations");
        if declared.there() {
            declared
                .items()
                .for_each(|tool| copy_tool(tool, &mut writer));
        } else if tool.get("toolSpec").there() {
            copy_tool(tool.get("toolSpec"), &mut writer);
        } else if tool.find("type name function").there() {
            copy_tool(tool, &mut writer);
        } else if let Some((key, _)) = tool.members().next() {
            // Gemini's own tools are known by their only key.
            writer.open(b'{').key("type").raw(key.raw()).raw(b"}");
        }
    }
    writer.end_list()
}
