//! Bedrock's Converse, whole and as a stream of events that their members tell apart.

use crate::formats::answer::Answer;
use crate::json::{Val, Writer};
use crate::output::block_as_part;

/// Takes a document: an answer, or the payload of an event.
pub(crate) fn take(answer: &mut Answer, document: Val<'_>) {
    // An event may stand below its name.
    let names =
        "messageStart contentBlockStart contentBlockDelta contentBlockStop messageStop metadata";
    let event = document.find(names).or(document);
    answer.usage.cache_beside_input = true;
    answer.usage.read(event.get("usage"));
    answer.ended |= answer.stream && event.get("usage").there();
    answer.absorb(0, 0, event, "f=stopReason,r=output.message.role role");
    answer.fits |= event.find("output.message role").there();
    let blocks = event.find("output.message.content").items();
    for (item, block) in (1..).zip(blocks) {
        let mut writer = Writer::default();
        block_as_part(block, &mut writer);
        answer.grow(0, item, b'j', &writer.out);
    }
    let index = event.get("contentBlockIndex").int();
    let Some(index) = index.and_then(|index| u32::try_from(index).ok()) else {
        return;
    };
    let pieces = "i+start.toolUse.toolUseId,n+start.toolUse.name,t+delta.text,\
         a+delta.toolUse.input,h+delta.reasoningContent.text";
    answer.absorb(0, index.saturating_add(1), event, pieces);
}
