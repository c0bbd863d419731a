//! Tokens and costs as a provider says them, and the totals that Laminar wants.

use crate::json::{lossy, marks_of, Val};
use crate::record::attributes::{Attributes, Value};

/// Each kind of token: where it is recorded, and the names that providers have for it, of which the first
/// that is there counts.
const TABLE: [(&str, &str); KINDS] = [
    (
        "gen_ai.usage.input_tokens",
        "input_tokens prompt_tokens inputTokens promptTokenCount prompt_eval_count tokens.input_tokens \
         prompt_token_count inputTextTokenCount",
    ),
    (
        "gen_ai.usage.output_tokens",
        "output_tokens completion_tokens outputTokens candidatesTokenCount eval_count \
         tokens.output_tokens generation_token_count",
    ),
    (
        "gen_ai.usage.cache_read_input_tokens",
        "prompt_tokens_details.cached_tokens input_tokens_details.cached_tokens cache_read_input_tokens \
         cacheReadInputTokens cachedContentTokenCount prompt_cache_hit_tokens cached_tokens",
    ),
    (
        "gen_ai.usage.cache_creation_input_tokens",
        "prompt_tokens_details.cache_write_tokens input_tokens_details.cache_write_tokens \
         cache_creation_input_tokens cacheWriteInputTokens",
    ),
    (
        "gen_ai.usage.cache_creation.input_tokens.ephemeral_5m",
        "cache_creation.ephemeral_5m_input_tokens",
    ),
    (
        "gen_ai.usage.cache_creation.input_tokens.ephemeral_1h",
        "cache_creation.ephemeral_1h_input_tokens",
    ),
    (
        "gen_ai.usage.reasoning_tokens",
        "completion_tokens_details.reasoning_tokens output_tokens_details.reasoning_tokens \
         output_tokens_details.thinking_tokens reasoning_tokens",
    ),
    (
        "gen_ai.usage.audio_input_tokens",
        "prompt_tokens_details.audio_tokens",
    ),
    (
        "gen_ai.usage.audio_output_tokens",
        "completion_tokens_details.audio_tokens",
    ),
    // Read for the sums, and not recorded.
    ("", "total_tokens"),
    ("", "toolUsePromptTokenCount"),
    ("", "thoughtsTokenCount"),
];
/// The marks of the names of each kind: where a document has none of them, they are not looked for.
const MARKS: [u64; KINDS] = {
    let mut all = [0; KINDS];
    let mut kind = 0;
    while kind < KINDS {
        #[expect(clippy::indexing_slicing, reason = "when compiled, and in bounds")]
        {
            all[kind] = marks_of(TABLE[kind].1.as_bytes());
        }
        kind += 1;
    }
    all
};
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

/// A count that the provider has not reported.
const UNSAID: i64 = -1;

/// The last word of a provider on each kind of token.
#[derive(Clone, Debug)]
pub(crate) struct Usage {
    counts: [i64; KINDS],
    cost: String,
    /// Whether the provider counts what it reads from and writes to its cache beside the input.
    pub(crate) cache_beside_input: bool,
}

impl Usage {
    pub(crate) fn new() -> Self {
        Self {
            counts: [UNSAID; KINDS],
            cost: String::new(),
            cache_beside_input: false,
        }
    }

    /// Takes what is said here; what is not said, or null, stays as it was.
    #[inline(never)]
    pub(crate) fn read(&mut self, usage: Val<'_>) {
        if !usage.is_object() {
            return;
        }
        let said = usage.marks();
        for ((count, (_, paths)), marks) in self.counts.iter_mut().zip(&TABLE).zip(&MARKS) {
            if said & marks == 0 {
                continue;
            }
            if let Some(said) = usage.find(paths).int().filter(|said| *said >= 0) {
                *count = said;
            }
        }
        for (index, details) in [
            (AUDIO_INPUT, "promptTokensDetails"),
            (AUDIO_OUTPUT, "candidatesTokensDetails"),
        ] {
            for part in usage.get(details).items() {
                if let (true, Some(said)) = (
                    part.get("modality").is("AUDIO"),
                    part.get("tokenCount").int(),
                ) {
                    self.set(index, said);
                }
            }
        }
        let cost = usage.find("cost.total_cost cost");
        if cost.is_number() {
            self.cost = lossy(cost.raw());
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
            let sum = self.get(index).max(0).saturating_add(self.get(more));
            self.set(index, sum);
        }
    }

    /// Records totals: the input with its cache, the output with its reasoning.
    pub(crate) fn record(&mut self, attributes: &mut Attributes) {
        if self.cache_beside_input {
            self.add(INPUT, CACHE_READ);
            self.add(INPUT, CACHE_WRITE);
        }
        self.add(INPUT, TOOL_PROMPT);
        self.add(OUTPUT, THOUGHTS);
        let reasoning = self.get(REASONING);
        // xAI counts reasoning beside the completion, and its total tells.
        let sum = self
            .get(INPUT)
            .max(0)
            .saturating_add(self.get(OUTPUT).max(0));
        if reasoning > 0 && self.get(TOTAL) == sum.saturating_add(reasoning) {
            self.add(OUTPUT, REASONING);
        }
        self.add(REASONING, THOUGHTS);
        for (count, (attribute, _)) in self.counts.iter().zip(TABLE) {
            if *count != UNSAID && !attribute.is_empty() {
                attributes.set(attribute, Value::Int(*count));
            }
        }
        if !self.cost.is_empty() {
            attributes.set(
                "gen_ai.usage.cost",
                Value::Double(core::mem::take(&mut self.cost)),
            );
        }
    }
}
