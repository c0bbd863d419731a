//! Documents of an answer, each to the format that it has.

use crate::formats::answer::{Answer, Dialect};
use crate::formats::{anthropic, chat, converse, gemini, responses};
use crate::json::{contains, first_in, Val};
use crate::output::At;

/// Takes a document of the answer.
pub(crate) fn take(answer: &mut Answer, mut document: Val<'_>) {
    answer.fail(document, 0);
    answer.fits |= answer.fault.there();
    if answer.dialect == Dialect::Unknown {
        // The REST form of Workers AI.
        let result = document.get("result");
        if result.is_object() && document.get("success").there() {
            document = result;
        }
        answer.dialect = dialect_of(document);
    }
    match answer.dialect {
        Dialect::Unknown => {}
        Dialect::Chat => chat::take(answer, document),
        Dialect::Responses => responses::take(answer, document),
        Dialect::Anthropic => anthropic::take(answer, document),
        Dialect::Gemini => gemini::take(answer, document),
        Dialect::Converse => converse::take(answer, document),
        Dialect::Embeddings => {
            answer.head(document);
            let counts = "u#usage meta.billed_units usageMetadata,\
                 F?data embedding embeddings embeddingsByType";
            answer.absorb(At::message(0), document, counts);
            answer.usage.read(document);
        }
    }
}

/// Returns the form of a document, or `Unknown` if it shows none.
fn dialect_of(document: Val<'_>) -> Dialect {
    let kind = document.get("type").spelled();
    let has = |paths| document.find(paths).there();
    if has("choices") {
        Dialect::Chat
    } else if document.get("object").is("response")
        || contains(kind, b"response.")
        || document.get("output").is_array()
    {
        Dialect::Responses
    } else if first_in(kind, "message content_block").is_some() {
        Dialect::Anthropic
    } else if has("candidates usageMetadata promptFeedback") {
        Dialect::Gemini
    } else if has("output.message messageStart contentBlockIndex stopReason role") {
        Dialect::Converse
    } else if document.get("data").is_array() || has("embedding embeddings") {
        Dialect::Embeddings
    } else if has("response tool_calls message text completion generation usage") {
        Dialect::Chat
    } else {
        Dialect::Unknown
    }
}
