//! OpenAI's Responses, whole and as streams.

use crate::formats::answer::Answer;
use crate::json::{contains, first_in, Val};
use crate::output::{copy_item, At};

/// What the type of a delta holds, and the kind of piece that it grows.
const DELTAS: &str = ".output_text. .refusal. .reasoning .transcript. _arguments. _input. _code.";
const DELTA_KINDS: &[u8] = b"tuhxaaa";

/// Takes a document: a response, or an event of its stream.
pub(crate) fn take(answer: &mut Answer, document: Val<'_>) {
    let kind = document.get("type");
    let response = document.get("response");
    if response.is_object() {
        take_response(answer, response);
        answer.ended |= kind.is_one_of("response.completed response.incomplete response.failed");
        return;
    }
    if document.get("output").is_array() || document.get("object").is("response") {
        take_response(answer, document);
        return;
    }
    answer.fits |= contains(kind.spelled(), b"response.");
    let item = document.get("output_index").item_or(1);
    let object = document.get("item");
    if kind.is("response.output_item.added") {
        answer.absorb(At::item(0, item), object, "y=type,i=id,k=call_id,n=name");
        answer.token |= object.get("name").there();
    } else if kind.is("response.output_item.done") {
        take_item(answer, item, object);
    } else if kind.spelled().ends_with(b".delta") {
        let known = first_in(kind.spelled(), DELTAS);
        if let Some(kind) = known.and_then(|place| DELTA_KINDS.get(place)) {
            answer.grow(At::item(0, item), *kind, document.get("delta").spelled());
        }
    }
}

fn take_response(answer: &mut Answer, response: Val<'_>) {
    answer.fits = true;
    answer.fail(response, 0);
    let head = "^i=id,^m=model,^s=service_tier,u#usage";
    answer.absorb(At::message(0), response, head);
    let output = response.get("output");
    if output.items().next().is_some() {
        answer.pieces.remove_choices();
        for (item, object) in (1..).zip(output.items()) {
            take_item(answer, item, object);
        }
    }
    // While it goes on, its status is no reason to have ended.
    if !answer.stream || !response.get("status").is_one_of("in_progress queued") {
        let reason = "^f=incomplete_details.reason status";
        answer.absorb(At::message(0), response, reason);
    }
}

fn take_item(answer: &mut Answer, item: u32, object: Val<'_>) {
    answer.pieces.remove_item(item);
    answer.grow_by(At::item(0, item), b'j', object, copy_item);
}
