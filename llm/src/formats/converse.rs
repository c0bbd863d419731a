//! Bedrock's Converse, whole and as a stream of events that their members tell apart.

use crate::formats::answer::Answer;
use crate::json::Val;
use crate::output::{block_as_part, At};

/// Takes a document: an answer, or the payload of an event.
pub(crate) fn take(answer: &mut Answer, document: Val<'_>) {
    // An event may stand below its name.
    let names =
        "messageStart contentBlockStart contentBlockDelta contentBlockStop messageStop metadata";
    let event = document.find(names).or(document);
    answer.usage.cache_beside_input = true;
    answer.ended |= answer.stream && event.get("usage").there();
    let message = "u#usage,f=stopReason,r=output.message.role role,F?output.message role";
    answer.absorb(At::message(0), event, message);
    let blocks = event.find("output.message.content").items();
    for (item, block) in (1..).zip(blocks) {
        answer.grow_by(At::item(0, item), b'j', block, block_as_part);
    }
    let item = event.get("contentBlockIndex").item_or(0);
    if item == 0 {
        return;
    }
    let pieces = "i+start.toolUse.toolUseId,n+start.toolUse.name,t+delta.text,\
         a+delta.toolUse.input,h+delta.reasoningContent.text";
    answer.absorb(At::item(0, item), event, pieces);
}
