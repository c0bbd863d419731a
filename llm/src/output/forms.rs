//! The forms in which output is written: those of the providers, and that of OpenTelemetry.

use crate::json::{is_word, Writer};
use crate::output::pieces::Pieces;
use crate::output::template::fill_item;

/// How each choice is written, by templates.
#[derive(Debug)]
pub(crate) struct Form {
    /// Whether a choice that came whole is written as it came.
    whole: bool,
    head: &'static str,
    /// The first item that is written.
    first_item: u32,
    /// What precedes each item that did not come whole.
    item: &'static str,
    /// Templates of such items, each behind the types that it is for; the last one is for all others.
    items: &'static [(&'static str, &'static str)],
    tail: &'static str,
}

/// Messages of parts, as OpenTelemetry has them: Laminar shows reasoning of a chat, and what Bedrock writes,
/// only in this form.
pub(crate) const PARTS: Form = Form {
    whole: false,
    head: "%,{\"role\":\"%sr;%!r;assistant%.\"%?f;,\"finish_reason\":\"%sf;\"%.,\"parts\":[",
    first_item: 0,
    item: "",
    items: &[(
        "",
        "%?h;%,{\"type\":\"thinking\",\"content\":\"%sh;\"}%.\
         %?t;%,{\"type\":\"text\",\"content\":\"%st;\"}%.\
         %?x;%,{\"type\":\"text\",\"content\":\"%sx;\"}%.\
         %?u;%,{\"type\":\"text\",\"content\":\"%su;\"}%.\
         %?n;%,{\"type\":\"tool_call\",\"id\":\"%si;\",\"name\":\"%sn;\",\"arguments\":%da;}%.",
    )],
    tail: "]}",
};

/// Choices as OpenAI has them.
pub(crate) const CHOICES: Form = Form {
    whole: true,
    head: "%,{\"index\":%i;,\"message\":{\"role\":\"%sr;%!r;assistant%.\",\
         \"content\":%?t;\"%st;\"%.%!t;%nx;%.%?u;,\"refusal\":\"%su;\"%.%?;,\"tool_calls\":[%.",
    first_item: 1,
    item: "",
    items: &[(
        "",
        "%,{\"id\":\"%si;\",\"type\":\"function\",\"function\":\
         {\"name\":\"%sn;\",\"arguments\":\"%sa;\"}}",
    )],
    tail: "%?;]%.},\"finish_reason\":%nf;}",
};

/// The message as Anthropic has it.
pub(crate) const BLOCKS: Form = Form {
    whole: false,
    head: "%,{\"role\":\"%sr;%!r;assistant%.\",\"content\":[",
    first_item: 1,
    item: "",
    items: &[
        ("", ""),
        (
            "text",
            "%,{\"type\":\"text\",\"text\":\"%st;\"%?c;,\"citations\":[%rc;]%.}",
        ),
        (
            "thinking",
            "%,{\"type\":\"thinking\",\"thinking\":\"%sh;\"}",
        ),
        (
            "",
            "%,{\"type\":\"%sy;\",\"id\":\"%si;\",\"name\":\"%sn;\",\"input\":%da;}",
        ),
    ],
    tail: "]%?f;,\"stop_reason\":\"%sf;\"%.}",
};

/// The items as OpenAI's Responses have them: those that are done as they came, the others as far as they came.
pub(crate) const ITEMS: Form = Form {
    whole: false,
    head: "",
    first_item: 1,
    item: "%,{\"type\":\"%sy;%!y;message%.\",%?i;\"id\":\"%si;\",%.\
         %?k;\"call_id\":\"%sk;\",%.%?n;\"name\":\"%sn;\",%.",
    items: &[
        (
            "reasoning",
            "\"summary\":[%?h;{\"type\":\"summary_text\",\"text\":\"%sh;\"}%.]}",
        ),
        (
            "message ",
            "\"role\":\"assistant\",\"content\":[\
             %?t;{\"type\":\"output_text\",\"text\":\"%st;\"}%.\
             %?x;%,{\"type\":\"output_text\",\"text\":\"%sx;\"}%.\
             %?u;%,{\"type\":\"refusal\",\"refusal\":\"%su;\"}%.]}",
        ),
        ("code_interpreter_call", "\"code\":\"%sa;\"}"),
        ("custom_tool_call", "\"input\":\"%sa;\"}"),
        ("", "\"arguments\":\"%sa;\"}"),
    ],
    tail: "",
};

/// Candidates as Gemini has them.
pub(crate) const CANDIDATES: Form = Form {
    whole: true,
    head: "%,{\"content\":{\"role\":\"%sr;%!r;model%.\",\"parts\":[",
    first_item: 1,
    item: "",
    items: &[(
        "",
        "%?t;%,{\"text\":\"%st;\"}%.%?h;%,{\"text\":\"%sh;\",\"thought\":true}%.",
    )],
    tail: "]}%?f;,\"finishReason\":\"%sf;\"%.,\"index\":%i;}",
};

impl Form {
    /// Writes all choices in this form.
    pub(crate) fn write(&self, pieces: &Pieces, writer: &mut Writer) {
        for choice in pieces.choices() {
            if self.whole && pieces.has(choice, b'w') {
                fill_item(pieces, choice, "%,%rw;", writer);
                continue;
            }
            fill_item(pieces, choice, self.head, writer);
            for item in pieces.items(choice.other(self.first_item)) {
                if pieces.has(item, b'j') {
                    fill_item(pieces, item, "%,%rj;", writer);
                } else {
                    fill_item(pieces, item, self.item, writer);
                    let template = self.template(pieces.text(item, b'y'));
                    fill_item(pieces, item, template, writer);
                }
            }
            fill_item(pieces, choice, self.tail, writer);
        }
    }

    /// Returns the template of an item of this type.
    fn template(&self, kind: &[u8]) -> &'static str {
        let mut rows = self.items.iter();
        let row = rows.find(|(kinds, _)| is_word(kind, kinds));
        row.or(self.items.last())
            .map_or("", |(_, template)| template)
    }
}
