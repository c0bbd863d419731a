//! Gemini: every document of a stream is an answer, of which the parts are new and the counts are the last.

use crate::formats::answer::Answer;
use crate::json::Val;
use crate::output::{copy, copy_candidate, At};

/// Takes a document.
pub(crate) fn take(answer: &mut Answer, document: Val<'_>) {
    answer.usage.read_last(document.get("usageMetadata"));
    // Nothing follows a prompt that was blocked.
    let head =
        "^m=modelVersion,^i=responseId,^f=promptFeedback.blockReason,E?promptFeedback.blockReason,\
         F?candidates promptFeedback usageMetadata";
    answer.absorb(At::message(0), document, head);
    answer.take_choices(document.get("candidates"), take_candidate);
}

fn take_candidate(answer: &mut Answer, choice: At, candidate: Val<'_>) {
    answer.absorb(choice, candidate, "f=finishReason,r=content.role");
    if !answer.stream {
        answer.grow_by(choice, b'w', candidate, copy_candidate);
        return;
    }
    for part in candidate.find("content.parts").items() {
        let last = answer.pieces.last_item(choice);
        let text = part.get("text");
        let kind = if part.get("thought").is_true() {
            b'h'
        } else {
            b't'
        };
        if !text.is_string() {
            answer.grow_by(choice.other(last.saturating_add(1)), b'j', part, copy);
            continue;
        }
        let goes_on = last > 0 && answer.pieces.has(choice.other(last), kind);
        let item = if goes_on {
            last
        } else {
            last.saturating_add(1)
        };
        answer.grow(choice.other(item), kind, text.spelled());
    }
}
