//! What is known of an answer so far, whatever its format.

use crate::json::{parts, Val, Writer};
use crate::output::{fill_item, At, Pieces, BLOCKS, CANDIDATES, CHOICES, ITEMS, PARTS};
use crate::record::{read_fault, Attributes, Fault, Usage};

/// Choices beyond this are left out.
const MAX_CHOICES: u16 = 128;

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
    pub(crate) fault: Fault,
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
    pub(crate) const fn new(dialect: Dialect, room: usize) -> Self {
        Self {
            dialect,
            pieces: Pieces::new(room),
            usage: Usage::new(),
            fault: Fault::NONE,
            token: false,
            ended: false,
            fits: false,
            stream: false,
        }
    }

    /// Appends to what has come of the output. Any of it is a token.
    #[inline(never)]
    pub(crate) fn grow(&mut self, at: At, kind: u8, more: &[u8]) {
        self.token |= !more.is_empty();
        self.pieces.add(at, kind, more);
    }

    /// Appends what `copy` makes of a value; a whole choice replaces what came before.
    #[inline(never)]
    pub(crate) fn grow_by(
        &mut self,
        at: At,
        kind: u8,
        value: Val<'_>,
        copy: fn(Val<'_>, &mut Writer),
    ) {
        let mut writer = Writer::default();
        copy(value, &mut writer);
        if kind == b'w' {
            self.pieces.set(at, kind, &writer.out);
        } else {
            self.grow(at, kind, &writer.out);
        }
    }

    /// Takes what a value says. Each entry of `what`, which a comma ends, is a kind, what is done, and the paths
    /// of which the first that is there counts:
    ///
    /// - `=` and `+` replace a piece of this kind, or append to it,
    /// - `?` notes that there is something: `E` the answer has ended, `F` its form is known,
    /// - `#` reads counts of tokens.
    ///
    /// A piece belongs to the item; behind `.` to the choice, behind `^` to the whole answer.
    #[inline(never)]
    pub(crate) fn absorb(&mut self, at: At, value: Val<'_>, what: &str) {
        for entry in parts(what.as_bytes(), b',') {
            let (at, entry) = match entry {
                [b'^', rest @ ..] => (At::META, rest),
                [b'.', rest @ ..] => (at.above(), rest),
                _ => (at, entry),
            };
            let [kind, how, paths @ ..] = entry else {
                continue;
            };
            let found = value.find_bytes(paths);
            match how {
                b'+' => self.grow(at, *kind, found.spelled()),
                b'=' => self.pieces.set(at, *kind, found.spelled()),
                b'#' => self.usage.read(found),
                _ if *kind == b'E' => self.ended |= found.there(),
                _ => self.fits |= found.there(),
            }
        }
    }

    /// Takes what most formats say by the same names.
    #[inline(never)]
    pub(crate) fn head(&mut self, document: Val<'_>) {
        self.absorb(At::META, document, "i=id,m=model,s=service_tier");
    }

    /// Takes each choice of a list by `take`.
    pub(crate) fn take_choices(&mut self, list: Val<'_>, take: fn(&mut Self, At, Val<'_>)) {
        for (position, choice) in (0..MAX_CHOICES).zip(list.items()) {
            let index = index_of(choice.get("index"), position);
            if index < MAX_CHOICES {
                take(self, At::message(index), choice);
            } else {
                self.pieces.cut = true;
            }
        }
    }

    /// Takes the error that a value holds. With an HTTP status from 400 on, the value is one.
    #[inline(never)]
    pub(crate) fn fail(&mut self, value: Val<'_>, status: u16) {
        read_fault(value, status, &mut self.fault);
    }

    /// Whether id and model are known.
    pub(crate) fn has_head(&self) -> bool {
        self.pieces.has(At::META, b'i') && self.pieces.has(At::META, b'm')
    }

    /// Whether every choice has said why it ended.
    pub(crate) fn is_finished(&self) -> bool {
        let says_why = |choice| self.pieces.has(choice, b'f');
        self.pieces.has_choices() && self.pieces.choices().all(says_why)
    }

    /// Returns why the choices ended, as a list; nothing if none has.
    fn reasons(&self) -> Vec<u8> {
        let mut reasons = Writer::default();
        reasons.open(b'[');
        let reason = "%?f;%,\"%sf;\"%.";
        for choice in self.pieces.choices() {
            fill_item(&self.pieces, choice, reason, &mut reasons);
        }
        fill_item(&self.pieces, At::META, reason, &mut reasons);
        reasons.end_list()
    }

    /// Records the answer, with its output if `outputs`.
    pub(crate) fn record(&mut self, outputs: bool, attributes: &mut Attributes) {
        let meta = |kind| self.pieces.text(At::META, kind);
        attributes.spelled(b"gen_ai.response.model", meta(b'm'));
        attributes.spelled(b"gen_ai.response.id", meta(b'i'));
        attributes.raw(b"gen_ai.response.finish_reasons", &self.reasons());
        let tier: &[u8] = match self.dialect {
            Dialect::Anthropic => b"anthropic.response.service_tier",
            Dialect::Chat | Dialect::Responses => b"openai.response.service_tier",
            _ => b"gen_ai.response.service_tier",
        };
        attributes.spelled(tier, meta(b's'));
        if outputs && self.pieces.has_choices() {
            let mut writer = Writer::default();
            writer.open(b'[');
            let has_thinking = |choice| self.pieces.has(choice, b'h');
            let form = match self.dialect {
                Dialect::Responses => &ITEMS,
                Dialect::Anthropic => &BLOCKS,
                Dialect::Gemini => &CANDIDATES,
                Dialect::Converse => &PARTS,
                _ if self.pieces.choices().any(has_thinking) => &PARTS,
                _ => &CHOICES,
            };
            form.write(&self.pieces, &mut writer);
            writer.close(b']');
            attributes.text(b"gen_ai.output.messages", &writer.out);
        }
        if self.pieces.cut {
            attributes.raw(b"laminar.output_cut", b"true");
        }
        self.usage.record(attributes);
    }
}

/// Returns the index of a choice: as it is said, else its place; `u16::MAX` if what is said is no index.
#[inline(never)]
fn index_of(index: Val<'_>, place: u16) -> u16 {
    if !index.there() {
        return place;
    }
    let item = index.item_or(0);
    u16::try_from(item).map_or(u16::MAX, |item| item.wrapping_sub(1))
}
