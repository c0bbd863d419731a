//! Anthropic's Messages, whole and as streams.

use crate::formats::answer::Answer;
use crate::json::Val;
use crate::output::{copy, copy_arguments, copy_block, At};

/// Takes a document: a message, or an event of its stream.
pub(crate) fn take(answer: &mut Answer, document: Val<'_>) {
    answer.usage.cache_beside_input = true;
    let kind = document.get("type");
    let item = document.get("index").item_or(1);
    let (message, at) = (At::message(0), At::item(0, item));
    if kind.is("content_block_delta") {
        let delta = document.get("delta");
        answer.absorb(at, delta, "t+text,h+thinking,a+partial_json");
        let citation = delta.get("citation");
        if citation.there() {
            if answer.pieces.has(at, b'c') {
                answer.grow(at, b'c', b",");
            }
            answer.grow_by(at, b'c', citation, copy);
        }
    } else if kind.is("content_block_start") {
        answer.pieces.remove_item(item);
        start_block(answer, at, document.get("content_block"));
    } else if kind.is("message_start") {
        take_message(answer, document.get("message"));
    } else if kind.is("message_delta") {
        let end = "u#usage,^s=usage.service_tier,f=delta.stop_reason";
        answer.absorb(message, document, end);
    } else if kind.is("message_stop") {
        answer.ended = true;
    } else if document.get("content").is_array() {
        take_message(answer, document);
    } else if document.get("completion").there() {
        // The predecessor of messages.
        answer.head(document);
        let at = message.other(1);
        answer.pieces.set(at, b'y', b"text");
        answer.absorb(at, document, "F?completion,t+completion,.f=stop_reason");
    }
}

fn take_message(answer: &mut Answer, message: Val<'_>) {
    answer.fits |= message.is_object();
    for (item, block) in (1..).zip(message.get("content").items()) {
        whole_block(answer, At::item(0, item), block);
    }
    let head = "u#usage,^i=id,^m=model,^s=usage.service_tier service_tier,r=role,f=stop_reason";
    answer.absorb(At::message(0), message, head);
}

fn whole_block(answer: &mut Answer, at: At, block: Val<'_>) {
    answer.grow_by(at, b'j', block, copy_block);
}

fn start_block(answer: &mut Answer, at: At, block: Val<'_>) {
    let kind = block.get("type");
    let input = block.get("input");
    let is_call = input.is_object() && block.get("name").is_string();
    if !is_call && !kind.is_one_of("text thinking") {
        whole_block(answer, at, block);
        return;
    }
    let shown = if is_call && !kind.is("tool_use") {
        b"server_tool_use"
    } else {
        kind.spelled()
    };
    answer.pieces.set(at, b'y', shown);
    answer.absorb(at, block, "t+text,h+thinking,i+id,n+name");
    // Some gateways send the whole input at once.
    if input.members().next().is_some() {
        answer.grow_by(at, b'a', input, copy_arguments);
    }
}
