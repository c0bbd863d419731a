//! Tokens and costs as a provider says them, and the totals that Laminar wants.

use crate::json::{append, copied, parts, split_at, Document, Val};
use crate::record::attributes::Attributes;

/// Each kind of token: where it is recorded, and the names that providers have for it, of which the first
/// that is there counts. What has no attribute is read for the sums alone.
const TABLE: &[u8] = b"\
gen_ai.usage.input_tokens:input_tokens prompt_tokens inputTokens promptTokenCount prompt_eval_count \
tokens.input_tokens prompt_token_count inputTextTokenCount
gen_ai.usage.output_tokens:output_tokens completion_tokens outputTokens candidatesTokenCount eval_count \
tokens.output_tokens generation_token_count
gen_ai.usage.cache_read_input_tokens:prompt_tokens_details.cached_tokens input_tokens_details.cached_tokens \
cache_read_input_tokens cacheReadInputTokens cachedContentTokenCount prompt_cache_hit_tokens cached_tokens
gen_ai.usage.cache_creation_input_tokens:prompt_tokens_details.cache_write_tokens \
input_tokens_details.cache_write_tokens cache_creation_input_tokens cacheWriteInputTokens
gen_ai.usage.cache_creation.input_tokens.ephemeral_5m:cache_creation.ephemeral_5m_input_tokens
gen_ai.usage.cache_creation.input_tokens.ephemeral_1h:cache_creation.ephemeral_1h_input_tokens
gen_ai.usage.reasoning_tokens:completion_tokens_details.reasoning_tokens \
output_tokens_details.reasoning_tokens output_tokens_details.thinking_tokens reasoning_tokens
gen_ai.usage.audio_input_tokens:prompt_tokens_details.audio_tokens
gen_ai.usage.audio_output_tokens:completion_tokens_details.audio_tokens
:total_tokens
:toolUsePromptTokenCount
:thoughtsTokenCount";
const KINDS: usize = 12;
const INPUT: usize = 0;
const OUTPUT: usize = 1;
const CACHE_READ: usize = 2;
const CACHE_WRITE: usize = 3;
const REASONING: usize = 6;
const AUDIO_INPUT: usize = 7;
const AUDIO_OUTPUT: usize = 8;
const TOTAL: usize = 9;
const TOOL_PROMPT: usize = 10;
const THOUGHTS: usize = 11;

/// A longer object is read at once instead of being kept until the end.
const MAX_LAST_BYTES: usize = 4096;
/// A count that the provider has not reported.
const UNSAID: i64 = -1;

/// No count is larger, so that sums of them are right.
const MAX_COUNT: i64 = 1 << 53;

fn rows() -> impl Iterator<Item = &'static [u8]> {
    parts(TABLE, b'\n')
}

/// The last word of a provider on each kind of token.
#[derive(Clone, Debug)]
pub(crate) struct Usage {
    counts: [i64; KINDS],
    cost: Vec<u8>,
    /// What [`Usage::read_last`] took, and the marks of its members.
    last: Vec<u8>,
    last_marks: u64,
    /// Whether the provider counts what it reads from and writes to its cache beside the input.
    pub(crate) cache_beside_input: bool,
}

impl Usage {
    pub(crate) const fn new() -> Self {
        Self {
            counts: [UNSAID; KINDS],
            cost: Vec::new(),
            last: Vec::new(),
            last_marks: 0,
            cache_beside_input: false,
        }
    }

    /// Keeps these counts until the end, because some providers repeat all counts in each document of a
    /// stream. Only the last ones are read.
    pub(crate) fn read_last(&mut self, usage: Val<'_>) {
        if usage.raw().len() > MAX_LAST_BYTES {
            self.read(usage);
        } else if usage.is_object() {
            let marks = usage.marks();
            if self.last_marks & !marks != 0 {
                self.end();
            }
            self.last_marks = marks;
            self.last.clear();
            append(&mut self.last, usage.raw());
        }
    }

    /// Takes the last of what was repeated.
    fn end(&mut self) {
        let last = core::mem::take(&mut self.last);
        if let Some(document) = Document::read(&last, &mut Vec::new()) {
            self.read(document.root());
        }
    }

    /// Takes what is said here; what is not said, or null, stays as it was.
    #[inline(never)]
    pub(crate) fn read(&mut self, usage: Val<'_>) {
        if !usage.is_object() {
            return;
        }
        for (count, row) in self.counts.iter_mut().zip(rows()) {
            let (_, paths) = split_at(row, b':');
            let said = usage.find_bytes(paths).int();
            if let Some(said) = said.filter(|said| (0..MAX_COUNT).contains(said)) {
                *count = said;
            }
        }
        for (index, details) in [
            (AUDIO_INPUT, "promptTokensDetails"),
            (AUDIO_OUTPUT, "candidatesTokensDetails"),
        ] {
            for part in usage.get(details).items() {
                let said = part.get("tokenCount").int();
                let said = said.filter(|said| (0..MAX_COUNT).contains(said));
                if let (true, Some(said)) = (part.get("modality").is("AUDIO"), said) {
                    self.set(index, said);
                }
            }
        }
        let cost = usage.find("cost.total_cost cost");
        if cost.is_number() {
            self.cost = copied(cost.raw());
        }
    }

    fn get(&self, index: usize) -> i64 {
        self.counts.get(index).copied().unwrap_or(UNSAID)
    }

    fn set(&mut self, index: usize, count: i64) {
        if let Some(place) = self.counts.get_mut(index) {
            *place = count;
        }
    }

    /// Adds one kind of token to another, if it was said.
    #[inline(never)]
    fn add(&mut self, index: usize, more: usize) {
        if self.get(more) != UNSAID {
            self.set(index, self.get(index).max(0) + self.get(more));
        }
    }

    /// Records totals: the input with its cache, the output with its reasoning.
    pub(crate) fn record(&mut self, attributes: &mut Attributes) {
        self.end();
        if self.cache_beside_input {
            self.add(INPUT, CACHE_READ);
            self.add(INPUT, CACHE_WRITE);
        }
        self.add(INPUT, TOOL_PROMPT);
        self.add(OUTPUT, THOUGHTS);
        let reasoning = self.get(REASONING);
        // xAI counts reasoning beside the completion, and its total tells.
        let sum = self.get(INPUT).max(0) + self.get(OUTPUT).max(0);
        if reasoning > 0 && self.get(TOTAL) == sum + reasoning {
            self.add(OUTPUT, REASONING);
        }
        self.add(REASONING, THOUGHTS);
        for (count, row) in self.counts.iter().zip(rows()) {
            let (attribute, _) = split_at(row, b':');
            if let (Ok(count), false) = (u64::try_from(*count), attribute.is_empty()) {
                attributes.count(attribute, count);
            }
        }
        attributes.raw(b"gen_ai.usage.cost", &self.cost);
    }
}
