//! What is known of an answer so far, whatever its format.

use crate::formats::chat::{self, Choices};
use crate::json::Val;
use crate::record::{Attributes, Fault, Usage, Value};

/// Which form the documents of an answer have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Seen in the first document.
    Unknown,
    Chat,
}

/// The state of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) dialect: Dialect,
    pub(crate) record: bool,
    /// Bytes of output that may still be kept.
    pub(crate) room: usize,
    /// Whether output was left out because there was no room.
    pub(crate) cut: bool,
    pub(crate) id: String,
    pub(crate) model: String,
    pub(crate) tier: String,
    pub(crate) usage: Usage,
    pub(crate) fault: Option<Fault>,
    /// Whether content, a call of a tool or reasoning has come.
    pub(crate) token: bool,
    /// Whether the mark that ends an answer has come.
    pub(crate) ended: bool,
    /// Whether a document had a form that is known.
    pub(crate) fits: bool,
    pub(crate) choices: Choices,
}

impl Answer {
    pub(crate) fn new(dialect: Dialect, record: bool) -> Self {
        Self {
            dialect,
            record,
            room: usize::MAX,
            cut: false,
            id: String::new(),
            model: String::new(),
            tier: String::new(),
            usage: Usage::default(),
            fault: None,
            token: false,
            ended: false,
            fits: false,
            choices: Choices::default(),
        }
    }

    /// Takes a document of the answer.
    pub(crate) fn take(&mut self, document: Val<'_>) {
        if self.dialect == Dialect::Unknown {
            self.dialect = Dialect::Chat;
        }
        match self.dialect {
            Dialect::Unknown => {}
            Dialect::Chat => chat::take(self, document),
        }
    }

    /// Appends to a text that grows, as far as there is room.
    #[inline(never)]
    pub(crate) fn grow(
        record: bool,
        room: &mut usize,
        cut: &mut bool,
        text: &mut Vec<u8>,
        more: &[u8],
    ) {
        if !record {
            return;
        }
        match room.checked_sub(more.len()) {
            Some(left) if !*cut => {
                *room = left;
                text.extend_from_slice(more);
            }
            _ => *cut = true,
        }
    }

    /// Takes what most formats say by the same names.
    #[inline(never)]
    pub(crate) fn head(&mut self, document: Val<'_>) {
        for (place, key) in [
            (&mut self.id, "id"),
            (&mut self.model, "model"),
            (&mut self.tier, "service_tier"),
        ] {
            let Some(value) = document.get(key) else {
                continue;
            };
            if value
                .spelled()
                .is_some_and(|spelled| spelled != place.as_bytes() && !spelled.is_empty())
            {
                *place = value.string().unwrap_or_default();
            }
        }
    }

    /// Records the answer.
    pub(crate) fn record(self, attributes: &mut Attributes) {
        attributes.text("gen_ai.response.model", &self.model);
        attributes.text("gen_ai.response.id", &self.id);
        let (output, reasons) = match self.dialect {
            Dialect::Unknown => (Vec::new(), Vec::new()),
            Dialect::Chat => self.choices.finish(),
        };
        if !reasons.is_empty() {
            attributes.set("gen_ai.response.finish_reasons", Value::StrList(reasons));
        }
        attributes.text("openai.response.service_tier", &self.tier);
        self.usage.record(attributes);
        if self.record {
            attributes.json("gen_ai.output.messages", output);
        }
    }
}
