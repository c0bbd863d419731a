//! Gemini: every document of a stream is an answer, of which the parts are new and the counts are the last.

use crate::formats::answer::{index_of, Answer};
use crate::json::Val;
use crate::output::{copy, copy_candidate, META};

/// Candidates beyond this are left out.
const MAX_CANDIDATES: u16 = 128;

/// Takes a document.
pub(crate) fn take(answer: &mut Answer, document: Val<'_>) {
    answer.usage.read_last(document.get("usageMetadata"));
    answer.absorb(
        META,
        0,
        document,
        "m=modelVersion,i=responseId,f=promptFeedback.blockReason",
    );
    // Nothing follows a prompt that was blocked.
    answer.ended |= document.find("promptFeedback.blockReason").there();
    answer.fits |= document
        .find("candidates promptFeedback usageMetadata")
        .there();
    let candidates = document.get("candidates").items();
    for (position, candidate) in (0..MAX_CANDIDATES).zip(candidates) {
        let index = index_of(candidate.get("index"), position);
        if index < MAX_CANDIDATES {
            take_candidate(answer, index, candidate);
        } else {
            answer.pieces.cut = true;
        }
    }
}

fn take_candidate(answer: &mut Answer, index: u16, candidate: Val<'_>) {
    answer.absorb(index, 0, candidate, "f=finishReason,r=content.role");
    if !answer.stream {
        answer.grow_by((index, 0, b'w'), candidate, copy_candidate);
        return;
    }
    for part in candidate.find("content.parts").items() {
        let last = answer.pieces.last_item(index);
        let text = part.get("text");
        let kind = if part.get("thought").is_true() {
            b'h'
        } else {
            b't'
        };
        if !text.is_string() {
            answer.grow_by((index, last.saturating_add(1), b'j'), part, copy);
            continue;
        }
        let goes_on = last > 0 && !answer.pieces.text(index, last, kind).is_empty();
        let item = if goes_on {
            last
        } else {
            last.saturating_add(1)
        };
        answer.grow(index, item, kind, text.spelled());
    }
}
