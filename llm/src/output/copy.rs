//! Copies messages and what they consist of. What Laminar cannot show gets a form that it can: one element
//! of no known form makes it show the whole list as text.

use crate::json::{Val, Writer};
use crate::output::clean::{copy, copy_member};
use crate::output::template::fill_from;

/// The blocks of Anthropic's that Laminar shows.
const BLOCKS: &str =
    "text thinking redacted_thinking tool_use tool_result image document server_tool_use \
     web_search_tool_result search_result";

/// The items of OpenAI's Responses that Laminar shows.
const ITEMS: &str = "message reasoning function_call function_call_output web_search_call \
     file_search_call computer_call computer_call_output image_generation_call code_interpreter_call \
     mcp_call mcp_list_tools mcp_approval_request mcp_approval_response custom_tool_call \
     custom_tool_call_output local_shell_call local_shell_call_output item_reference";

/// The parts of OpenAI's messages beside those.
const PARTS: &str =
    "image_url file refusal input_text input_image input_file output_text video_url";

/// Copies a block of Anthropic's.
pub(crate) fn copy_block(block: Val<'_>, writer: &mut Writer) {
    let kind = block.get("type");
    if !kind.is_string() || kind.is_one_of(BLOCKS) {
        copy(block, writer);
    } else if block.get("input").there() && block.get("name").there() {
        let call = "%,{\"type\":\"server_tool_use\",\"id\":\"%sid;\",\"name\":\"%sname;\",\"input\":%rinput;}";
        fill_from(block, call, writer);
    } else if block.get("tool_use_id").there() {
        let result = "%,{\"type\":\"tool_result\",\"tool_use_id\":%rtool_use_id;,\"content\":%e;}";
        fill_from(block, result, writer);
    } else {
        fill_from(block, "%,{\"type\":\"text\",\"text\":%e;}", writer);
    }
}

/// Copies an item of OpenAI's Responses.
pub(crate) fn copy_item(item: Val<'_>, writer: &mut Writer) {
    let kind = item.get("type");
    if !kind.is_string() || kind.is_one_of(ITEMS) {
        copy(item, writer);
    } else if kind.spelled().ends_with(b"_output") {
        let output =
            "%,{\"type\":\"custom_tool_call_output\",\"call_id\":\"%scall_id id;\",\"output\":%e;}";
        fill_from(item, output, writer);
    } else {
        let call = "%,{\"type\":\"custom_tool_call\",\"call_id\":\"%scall_id id;\",\"name\":%rtype;,\"input\":%e;}";
        fill_from(item, call, writer);
    }
}

/// Copies a message of Bedrock's as one of parts.
pub(crate) fn copy_as_parts(message: Val<'_>, writer: &mut Writer) {
    fill_from(message, "%,{\"role\":%rrole;,\"parts\":[", writer);
    for block in message.get("content").items() {
        block_as_part(block, writer);
    }
    writer.raw(b"]}");
}

/// Copies a block of Bedrock's, whose only key says what it is. Where the standard says `response`, Laminar
/// reads `result`.
pub(crate) fn block_as_part(block: Val<'_>, writer: &mut Writer) {
    const PARTS: &[(&str, &str)] = &[
        ("text", "%,{\"type\":\"text\",\"content\":%rtext;}"),
        (
            "reasoningContent",
            "%,{\"type\":\"thinking\",\"content\":\"%sreasoningContent.reasoningText.text;\"}",
        ),
        (
            "toolUse",
            "%,{\"type\":\"tool_call\",\"id\":\"%stoolUse.toolUseId;\",\"name\":\"%stoolUse.name;\",\
             \"arguments\":%rtoolUse.input;}",
        ),
        (
            "toolResult",
            "%,{\"type\":\"tool_call_response\",\"id\":\"%stoolResult.toolUseId;\",\
             \"response\":%ctoolResult.content;,\"result\":%ctoolResult.content;}",
        ),
        ("cachePoint", ""),
    ];
    let known = PARTS.iter().find(|(key, _)| block.get(key).there());
    let (_, template) = known.unwrap_or(&("", "%,{\"type\":\"text\",\"content\":%e;}"));
    fill_from(block, template, writer);
}

/// Copies a candidate of Gemini's. Laminar wants its content even where there is none.
pub(crate) fn copy_candidate(candidate: Val<'_>, writer: &mut Writer) {
    writer.open(b'{').key("content");
    copy_content(candidate.get("content"), "model", writer);
    for (key, member) in candidate.members() {
        if !key.is_one_of("content avgLogprobs logprobsResult") {
            copy_member(key, member, writer);
        }
    }
    writer.raw(b"}");
}

/// Copies a content of Gemini's: a role, and parts.
pub(crate) fn copy_content(content: Val<'_>, role: &str, writer: &mut Writer) {
    let parts = content.get("parts");
    writer.open(b'{').key("role");
    if content.get("role").there() && role != "system" {
        writer.raw(content.get("role").raw());
    } else {
        writer.string(role.as_bytes());
    }
    writer.key("parts");
    if parts.is_array() {
        copy(parts, writer);
    } else {
        writer.raw(b"[");
        if parts.there() {
            copy(parts, writer);
        }
        writer.raw(b"]");
    }
    writer.raw(b"}");
}

/// Copies a choice whose message came whole.
pub(crate) fn copy_choice(choice: Val<'_>, writer: &mut Writer) {
    writer.open(b'{');
    for (key, member) in choice.members() {
        if key.is("message") {
            writer.key("message");
            copy_message(member, false, writer);
        } else if !key.is("logprobs") {
            copy_member(key, member, writer);
        }
    }
    writer.raw(b"}");
}

/// Copies a message of a chat, or of Anthropic's. `no_developer` writes that role as `system`.
pub(crate) fn copy_message(message: Val<'_>, no_developer: bool, writer: &mut Writer) {
    if !message.is_object() {
        copy(message, writer);
        return;
    }
    let role = message.get("role");
    // Laminar knows results of tools, and not those of functions, as they were called before.
    let of_function = role.is("function");
    writer.open(b'{');
    for (key, member) in message.members() {
        let lists_objects = member.items().next().is_some_and(Val::is_object);
        if key.is("annotations") && lists_objects {
            continue;
        }
        if of_function && key.is("role") {
            writer.key("role").raw(b"\"tool\"");
        } else if of_function && key.is("name") {
            writer.key("tool_call_id").raw(member.raw());
        } else if no_developer && key.is("role") && member.is("developer") {
            writer.key("role").raw(b"\"system\"");
        } else if lists_objects && key.is_one_of("tool_calls content") {
            writer.value(key.raw()).raw(b":[");
            for item in member.items() {
                if key.is("content") {
                    copy_part(item, writer);
                } else {
                    copy_call(item, writer);
                }
            }
            writer.raw(b"]");
        } else {
            copy_member(key, member, writer);
        }
    }
    // An assistant may only call tools; Laminar wants a content all the same.
    let has_content = message.members().any(|(key, _)| key.is("content"));
    if role.is("assistant") && !has_content {
        writer.key("content").raw(b"null");
    }
    writer.raw(b"}");
}

/// Copies a part of a message: sound, which Laminar cannot show, becomes a word about it.
fn copy_part(part: Val<'_>, writer: &mut Writer) {
    let audio = part.get("input_audio");
    if part.get("type").is_one_of(PARTS) {
        copy(part, writer);
        return;
    }
    if !audio.there() {
        copy_block(part, writer);
        return;
    }
    let data = audio.get("data").spelled();
    fill_from(
        audio,
        "%,{\"type\":\"text\",\"text\":\"[audio/%sformat;",
        writer,
    );
    match data.strip_prefix(b"[base64") {
        // A word about them already, for there were many.
        Some(rest) => writer.raw(rest),
        None => writer
            .raw(b", ")
            .digits(data.len() as u64 / 4 * 3)
            .raw(b" bytes, not recorded]"),
    };
    writer.raw(b"\"}");
}

/// Copies a call of a tool: of a function, with its arguments as text.
fn copy_call(call: Val<'_>, writer: &mut Writer) {
    let arguments = call.find("function.arguments");
    if call.get("function").there() && (arguments.is_string() || !arguments.there()) {
        copy(call, writer);
        return;
    }
    let head = "%,{\"id\":\"%sid;\",\"type\":\"function\",\"function\":\
         {\"name\":\"%sfunction.name custom.name name;\",\"arguments\":\"";
    fill_from(call, head, writer);
    let arguments = arguments.or(call.find("custom.input arguments input"));
    copy_arguments(arguments, writer);
    writer.raw(b"\"}}");
}

/// Writes the arguments of a call as text, which some hosts send as an object.
pub(crate) fn copy_arguments(arguments: Val<'_>, writer: &mut Writer) {
    writer.raw(arguments.spelled());
    if !arguments.is_string() {
        writer.escaped(arguments.raw());
    }
}
