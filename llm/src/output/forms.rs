//! The forms in which output is written: those of the providers, and that of OpenTelemetry.

use crate::json::Writer;
use crate::output::pieces::Pieces;
use crate::output::template::fill_item;

/// Writes messages of parts, as OpenTelemetry has them: Laminar shows reasoning of a chat, and what Bedrock
/// writes, only in this form.
pub(crate) fn write_parts(pieces: &Pieces, writer: &mut Writer) {
    pieces.each_choice(&mut |choice| {
        let head = "%,{\"role\":\"%sr;%!r;assistant%.\"%?f;,\"finish_reason\":\"%sf;\"%.,\"parts\":[";
        fill_item(pieces, (choice, 0), head, writer);
        pieces.each_item(choice, 0, &mut |item| {
            let part = "%?h;%,{\"type\":\"thinking\",\"content\":\"%sh;\"}%.\
                 %?t;%,{\"type\":\"text\",\"content\":\"%st;\"}%.\
                 %?x;%,{\"type\":\"text\",\"content\":\"%sx;\"}%.\
                 %?u;%,{\"type\":\"text\",\"content\":\"%su;\"}%.\
                 %?j;%,%rj;%.\
                 %?n;%,{\"type\":\"tool_call\",\"id\":\"%si;\",\"name\":\"%sn;\",\"arguments\":%da;}%.";
            fill_item(pieces, (choice, item), part, writer);
        });
        writer.raw(b"]}");
    });
}

/// Writes choices as OpenAI has them; as messages of parts if one of them has reasoning.
pub(crate) fn write_choices(pieces: &Pieces, writer: &mut Writer) {
    let mut has_thinking = false;
    pieces.each_choice(&mut |choice| has_thinking |= !pieces.text(choice, 0, b'h').is_empty());
    if has_thinking {
        write_parts(pieces, writer);
        return;
    }
    pieces.each_choice(&mut |choice| {
        let at = (choice, 0);
        if !pieces.text(choice, 0, b'w').is_empty() {
            fill_item(pieces, at, "%,%rw;", writer);
            return;
        }
        fill_item(
            pieces,
            at,
            "%,{\"index\":%i;,\"message\":{\"role\":\"%sr;%!r;assistant%.\",\
             \"content\":%?t;\"%st;\"%.%!t;%nx;%.%?u;,\"refusal\":\"%su;\"%.",
            writer,
        );
        let mut has_tools = false;
        pieces.each_item(choice, 1, &mut |item| {
            writer.raw(if has_tools {
                b","
            } else {
                b",\"tool_calls\":["
            });
            has_tools = true;
            let call = "{\"id\":\"%si;\",\"type\":\"function\",\"function\":\
                 {\"name\":\"%sn;\",\"arguments\":\"%sa;\"}}";
            fill_item(pieces, (choice, item), call, writer);
        });
        writer.raw(if has_tools { b"]" } else { b"" });
        fill_item(pieces, at, "},\"finish_reason\":%nf;}", writer);
    });
}

/// Writes the message as Anthropic has it.
pub(crate) fn write_blocks(pieces: &Pieces, writer: &mut Writer) {
    let role = "%,{\"role\":\"%sr;%!r;assistant%.\",\"content\":[";
    fill_item(pieces, (0, 0), role, writer);
    pieces.each_item(0, 1, &mut |item| {
        let block = match pieces.text(0, item, b'y') {
            b"" => "%?j;%,%rj;%.",
            b"text" => "%,{\"type\":\"text\",\"text\":\"%st;\"%?c;,\"citations\":[%rc;]%.}",
            b"thinking" => "%,{\"type\":\"thinking\",\"thinking\":\"%sh;\"}",
            _ => "%,{\"type\":\"%sy;\",\"id\":\"%si;\",\"name\":\"%sn;\",\"input\":%da;}",
        };
        fill_item(pieces, (0, item), block, writer);
    });
    fill_item(pieces, (0, 0), "],\"stop_reason\":%nf;}", writer);
}

/// Writes the items as OpenAI's Responses have them: those that are done as they came, the others as far as
/// they came.
pub(crate) fn write_items(pieces: &Pieces, writer: &mut Writer) {
    pieces.each_item(0, 1, &mut |item| {
        let at = (0, item);
        let kind = pieces.text(0, item, b'y');
        let body = match kind {
            _ if !pieces.text(0, item, b'j').is_empty() => "%,%rj;",
            b"reasoning" => "\"summary\":[%?h;{\"type\":\"summary_text\",\"text\":\"%sh;\"}%.]}",
            b"message" | b"" => {
                "\"role\":\"assistant\",\"content\":[\
                 %?t;{\"type\":\"output_text\",\"text\":\"%st;\"}%.\
                 %?x;%,{\"type\":\"output_text\",\"text\":\"%sx;\"}%.\
                 %?u;%,{\"type\":\"refusal\",\"refusal\":\"%su;\"}%.]}"
            }
            b"code_interpreter_call" => "\"code\":\"%sa;\"}",
            b"custom_tool_call" => "\"input\":\"%sa;\"}",
            _ => "\"arguments\":\"%sa;\"}",
        };
        if !body.starts_with('%') {
            let head = "%,{\"type\":\"%sy;%!y;message%.\",%?i;\"id\":\"%si;\",%.\
                 %?k;\"call_id\":\"%sk;\",%.%?n;\"name\":\"%sn;\",%.";
            fill_item(pieces, at, head, writer);
        }
        fill_item(pieces, at, body, writer);
    });
}

/// Writes candidates as Gemini has them.
pub(crate) fn write_candidates(pieces: &Pieces, writer: &mut Writer) {
    pieces.each_choice(&mut |choice| {
        let at = (choice, 0);
        if !pieces.text(choice, 0, b'w').is_empty() {
            fill_item(pieces, at, "%,%rw;", writer);
            return;
        }
        let head = "%,{\"content\":{\"role\":\"%sr;%!r;model%.\",\"parts\":[";
        fill_item(pieces, at, head, writer);
        pieces.each_item(choice, 1, &mut |item| {
            let part = "%?t;%,{\"text\":\"%st;\"}%.\
                 %?h;%,{\"text\":\"%sh;\",\"thought\":true}%.%?j;%,%rj;%.";
            fill_item(pieces, (choice, item), part, writer);
        });
        let tail = "]}%?f;,\"finishReason\":\"%sf;\"%.,\"index\":%i;}";
        fill_item(pieces, at, tail, writer);
    });
}
