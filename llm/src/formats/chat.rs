//! Chat Completions of OpenAI and of everybody who imitates them, whole and as streams, and what is told in
//! nearly the same words: legacy completions, Workers AI, Ollama, Cohere.

use crate::formats::answer::Answer;
use crate::json::Val;
use crate::output::{copy_arguments, copy_choice, At};

/// Takes a document: a whole answer, or a chunk of a stream.
pub(crate) fn take(answer: &mut Answer, document: Val<'_>) {
    let choices = document.get("choices");
    if choices.is_array() {
        answer.fits = true;
        let usage = document.find("usage x_groq.usage");
        answer.usage.read(usage);
        // Chunks repeat what the first says; the last may say more.
        if usage.there() || !answer.has_head() {
            answer.head(document);
        }
        answer.take_choices(choices, |answer, at, choice| {
            take_choice(answer, at, choice, true);
        });
        return;
    }
    answer.head(document);
    let usage = "u#usage x_groq.usage,u#delta.usage";
    answer.absorb(At::message(0), document, usage);
    if document.find("eval_count prompt_token_count").there() {
        // Ollama and Llama say their counts beside the answer.
        answer.usage.read(document);
    }
    let body = "message delta response text completion generation tool_calls";
    if document.find(body).there() {
        answer.fits = true;
        take_choice(answer, At::message(0), document, false);
    }
    answer.ended |= document.get("done").is_true() || document.get("type").is("message-end");
}

fn take_choice(answer: &mut Answer, at: At, choice: Val<'_>, is_choice: bool) {
    let message = choice.find("delta.message delta message").or(choice);
    let reason = if is_choice {
        "u#usage,f=finish_reason"
    } else {
        "f=finish_reason done_reason stop_reason delta.finish_reason"
    };
    answer.absorb(at, choice, reason);
    answer.absorb(
        at,
        message,
        "r=role,u+refusal,x+audio.transcript,h+reasoning_content reasoning thinking tool_plan,\
         t+content text response completion generation",
    );
    let content = message.find("content response");
    let mut is_list = false;
    if content.is_number() || (content.is_object() && !content.find("text thinking type").there()) {
        // Workers AI answers with what a schema asks for.
        answer.grow_by(at, b't', content, copy_arguments);
    } else {
        for part in content.items_or_one() {
            is_list = true;
            answer.absorb(at, part, "t+text,h+thinking");
            for thought in part.get("thinking").items() {
                answer.absorb(at, thought, "h+text");
            }
        }
    }
    if !message.find("reasoning_content reasoning").there() {
        for detail in message.get("reasoning_details").items() {
            answer.absorb(at, detail, "h+text summary");
        }
    }
    let calls = message.get("tool_calls");
    let one = calls.or(message.get("function_call"));
    for call in one.items_or_one() {
        take_call(answer, at, call);
    }
    let is_shown = is_choice && !is_list && choice.get("message").is_object();
    if is_shown && !answer.pieces.has(at, b'h') {
        answer.grow_by(at, b'w', choice, copy_choice);
    }
}

fn take_call(answer: &mut Answer, choice: At, call: Val<'_>) {
    let body = call.find("function custom").or(call);
    let id = call.get("id").spelled();
    let name = body.get("name").spelled();
    let pieces = &answer.pieces;
    let last = pieces.last_item(choice);
    let index = call.get("index");
    let of_said = index.item_or(last).max(1);
    let own = pieces.text(choice.other(of_said), b'i');
    let is_same = if index.item_or(0) > 0 {
        // Some hosts number every call 0, and their ids tell them apart.
        id.is_empty() || own.is_empty() || own == id
    } else {
        // A call without a number goes on if it has no name, or the id of the last.
        last > 0 && (name.is_empty() || (!id.is_empty() && own == id))
    };
    let at = choice.other(if is_same {
        of_said
    } else {
        last.saturating_add(1)
    });
    if !answer.pieces.has(at, b'i') {
        answer.grow(at, b'i', id);
    }
    // Some hosts repeat a name, others cut it.
    if answer.pieces.text(at, b'n') != name {
        answer.grow(at, b'n', name);
    }
    let arguments = body.find("arguments input");
    answer.grow_by(at, b'a', arguments, copy_arguments);
}
