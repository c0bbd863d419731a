//! What is known of an answer so far, whatever its format.

use crate::formats::{anthropic, chat, converse, gemini, responses};
use crate::json::{lossy, unescape, Val, Writer};
use crate::output::{
    write_blocks, write_candidates, write_choices, write_items, write_parts, Pieces, META,
};
use crate::record::{fault_in, Attributes, Fault, Usage, Value};

/// Which form the documents of an answer have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// The first document shows it.
    Unknown,
    /// Chats and completions of OpenAI and everybody alike, Workers AI, Ollama, Cohere.
    Chat,
    Responses,
    Anthropic,
    Gemini,
    Converse,
    Embeddings,
}

/// The state of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) dialect: Dialect,
    pub(crate) pieces: Pieces,
    pub(crate) usage: Usage,
    pub(crate) fault: Option<Fault>,
    /// Whether content, a call of a tool or reasoning has come.
    pub(crate) token: bool,
    /// Whether the mark that ends an answer has come.
    pub(crate) ended: bool,
    /// Whether a document had a form that is known.
    pub(crate) fits: bool,
    /// Whether it comes in pieces, as far as the framing tells.
    pub(crate) stream: bool,
}

impl Answer {
    pub(crate) fn new(dialect: Dialect, room: usize) -> Self {
        Self {
            dialect,
            pieces: Pieces::new(room),
            usage: Usage::new(),
            fault: None,
            token: false,
            ended: false,
            fits: false,
            stream: false,
        }
    }

    /// Takes a document of the answer.
    pub(crate) fn take(&mut self, mut document: Val<'_>) {
        if let Some(fault) = fault_in(document, 0) {
            self.fault = Some(fault);
            self.fits = true;
        }
        // The REST form of Workers AI.
        let result = document.get("result");
        if result.is_object() && document.get("success").there() {
            document = result;
        }
        if self.dialect == Dialect::Unknown {
            self.dialect = dialect_of(document);
        }
        match self.dialect {
            Dialect::Unknown => {}
            Dialect::Chat => chat::take(self, document),
            Dialect::Responses => responses::take(self, document),
            Dialect::Anthropic => anthropic::take(self, document),
            Dialect::Gemini => gemini::take(self, document),
            Dialect::Converse => converse::take(self, document),
            Dialect::Embeddings => {
                self.head(document);
                self.usage
                    .read(document.find("usage meta.billed_units usageMetadata"));
                self.usage.read(document);
                self.fits |= document
                    .find("data embedding embeddings embeddingsByType")
                    .there();
            }
        }
    }

    /// Appends to what has come of the output. Any of it is a token.
    #[inline(never)]
    pub(crate) fn grow(&mut self, choice: u16, item: u32, kind: u8, more: &[u8]) {
        self.token |= !more.is_empty();
        self.pieces.add(choice, item, kind, more);
    }

    /// Takes strings of `value`: each entry of `what`, which a comma ends, is the kind of a piece, `=` or `+`
    /// to replace or append, and the paths of which the first that is there counts.
    #[inline(never)]
    pub(crate) fn absorb(&mut self, choice: u16, item: u32, value: Val<'_>, what: &str) {
        for entry in what.as_bytes().split(|byte| *byte == b',') {
            if let [kind, how, paths @ ..] = entry {
                let text = value.find_bytes(paths).spelled();
                if *how == b'+' {
                    self.grow(choice, item, *kind, text);
                } else {
                    self.pieces.set(choice, item, *kind, text);
                }
            }
        }
    }

    /// Takes what most formats say by the same names.
    #[inline(never)]
    pub(crate) fn head(&mut self, document: Val<'_>) {
        self.absorb(META, 0, document, "i=id,m=model,s=service_tier");
    }

    /// Whether every choice has said why it ended.
    pub(crate) fn is_finished(&self) -> bool {
        let (mut all, mut any) = (true, false);
        self.pieces.each_choice(&mut |choice| {
            any = true;
            all &= !self.pieces.text(choice, 0, b'f').is_empty();
        });
        all && any
    }

    fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        let mut take = |choice| {
            let reason = self.pieces.text(choice, 0, b'f');
            if !reason.is_empty() {
                reasons.push(lossy(&unescape(reason)));
            }
        };
        self.pieces.each_choice(&mut take);
        take(META);
        reasons
    }

    fn meta(&self, kind: u8) -> String {
        lossy(&unescape(self.pieces.text(META, 0, kind)))
    }

    /// Records the answer, with its output if `outputs`.
    pub(crate) fn record(&mut self, outputs: bool, attributes: &mut Attributes) {
        attributes.text("gen_ai.response.model", &self.meta(b'm'));
        attributes.text("gen_ai.response.id", &self.meta(b'i'));
        let reasons = self.reasons();
        if !reasons.is_empty() {
            attributes.set("gen_ai.response.finish_reasons", Value::StrList(reasons));
        }
        let tier = match self.dialect {
            Dialect::Anthropic => "anthropic.response.service_tier",
            Dialect::Chat | Dialect::Responses => "openai.response.service_tier",
            _ => "gen_ai.response.service_tier",
        };
        attributes.text(tier, &self.meta(b's'));
        if outputs && self.pieces.next(0, 0).is_some() {
            let mut writer = Writer::default();
            writer.open(b'[');
            let write = match self.dialect {
                Dialect::Responses => write_items,
                Dialect::Anthropic => write_blocks,
                Dialect::Gemini => write_candidates,
                Dialect::Converse => write_parts,
                _ => write_choices,
            };
            write(&self.pieces, &mut writer);
            writer.close(b']');
            attributes.json("gen_ai.output.messages", &writer.out);
        }
        if self.pieces.cut {
            attributes.set("laminar.output_cut", Value::Bool(true));
        }
        self.usage.record(attributes);
    }
}

/// Returns the form of a document, or `Unknown` if it shows none.
fn dialect_of(document: Val<'_>) -> Dialect {
    let kind = document.get("type").spelled();
    let has = |paths| document.find(paths).there();
    if has("choices") {
        Dialect::Chat
    } else if document.get("object").is("response")
        || kind.starts_with(b"response.")
        || document.get("output").is_array()
    {
        Dialect::Responses
    } else if kind.starts_with(b"message") || kind.starts_with(b"content_block") {
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
