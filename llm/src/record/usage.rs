//! Tokens and costs as a provider says them, and the totals that Laminar wants.

use crate::json::Val;
use crate::record::attributes::{Attributes, Value};

/// What one kind of token is called, and where it is recorded.
struct Kind {
    attribute: &'static str,
    paths: &'static [&'static [&'static str]],
}

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
const KINDS: usize = 12;

/// Every name that a provider has for a kind of token. The first that is there counts.
const TABLE: [Kind; KINDS] = [
    Kind {
        attribute: "gen_ai.usage.input_tokens",
        paths: &[
            &["input_tokens"],
            &["prompt_tokens"],
            &["inputTokens"],
            &["promptTokenCount"],
            &["prompt_eval_count"],
            &["tokens", "input_tokens"],
            &["inputTextTokenCount"],
        ],
    },
    Kind {
        attribute: "gen_ai.usage.output_tokens",
        paths: &[
            &["output_tokens"],
            &["completion_tokens"],
            &["outputTokens"],
            &["candidatesTokenCount"],
            &["eval_count"],
            &["tokens", "output_tokens"],
        ],
    },
    Kind {
        attribute: "gen_ai.usage.cache_read_input_tokens",
        paths: &[
            &["prompt_tokens_details", "cached_tokens"],
            &["input_tokens_details", "cached_tokens"],
            &["cache_read_input_tokens"],
            &["cacheReadInputTokens"],
            &["cachedContentTokenCount"],
            &["prompt_cache_hit_tokens"],
            &["cached_tokens"],
        ],
    },
    Kind {
        attribute: "gen_ai.usage.cache_creation_input_tokens",
        paths: &[
            &["prompt_tokens_details", "cache_write_tokens"],
            &["input_tokens_details", "cache_write_tokens"],
            &["cache_creation_input_tokens"],
            &["cacheWriteInputTokens"],
        ],
    },
    Kind {
        attribute: "gen_ai.usage.cache_creation.input_tokens.ephemeral_5m",
        paths: &[&["cache_creation", "ephemeral_5m_input_tokens"]],
    },
    Kind {
        attribute: "gen_ai.usage.cache_creation.input_tokens.ephemeral_1h",
        paths: &[&["cache_creation", "ephemeral_1h_input_tokens"]],
    },
    Kind {
        attribute: "gen_ai.usage.reasoning_tokens",
        paths: &[
            &["completion_tokens_details", "reasoning_tokens"],
            &["output_tokens_details", "reasoning_tokens"],
            &["output_tokens_details", "thinking_tokens"],
            &["reasoning_tokens"],
        ],
    },
    Kind {
        attribute: "gen_ai.usage.audio_input_tokens",
        paths: &[&["prompt_tokens_details", "audio_tokens"]],
    },
    Kind {
        attribute: "gen_ai.usage.audio_output_tokens",
        paths: &[&["completion_tokens_details", "audio_tokens"]],
    },
    // Read for the sums, and not recorded.
    Kind {
        attribute: "",
        paths: &[&["total_tokens"]],
    },
    Kind {
        attribute: "",
        paths: &[&["toolUsePromptTokenCount"]],
    },
    Kind {
        attribute: "",
        paths: &[&["thoughtsTokenCount"]],
    },
];

/// The last word of a provider on each kind of token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Usage {
    counts: [Option<i64>; KINDS],
    cost: Option<String>,
    /// Whether the provider counts what it reads from and writes to its cache beside the input.
    pub(crate) cache_beside_input: bool,
}

impl Usage {
    /// Takes what is said here; what is not said, or null, stays as it was.
    pub(crate) fn read(&mut self, usage: Val<'_>) {
        for (count, kind) in self.counts.iter_mut().zip(&TABLE) {
            let said = kind
                .paths
                .iter()
                .find_map(|path| usage.path(path).and_then(Val::int));
            *count = said.filter(|said| *said >= 0).or(*count);
        }
        for (index, details) in [
            (AUDIO_INPUT, "promptTokensDetails"),
            (AUDIO_OUTPUT, "candidatesTokensDetails"),
        ] {
            let parts = usage.get(details).map(Val::items).into_iter().flatten();
            for part in parts.filter(|part| part.says("modality", "AUDIO")) {
                let count = part.get("tokenCount").and_then(Val::int);
                self.set(index, count);
            }
        }
        let cost = usage.get("cost");
        let cost = cost.and_then(|cost| cost.get("total_cost")).or(cost);
        if let Some(cost) = cost.and_then(Val::number) {
            self.cost = Some(cost.to_owned());
        }
    }

    fn get(&self, index: usize) -> Option<i64> {
        self.counts.get(index).copied().flatten()
    }

    #[inline(never)]
    fn set(&mut self, index: usize, count: Option<i64>) {
        if let Some(place) = self.counts.get_mut(index) {
            *place = count.or(*place);
        }
    }

    /// Adds one kind of token to another, if either was said.
    fn add(&mut self, index: usize, more: usize) {
        if let Some(more) = self.get(more) {
            let sum = self.get(index).unwrap_or(0).saturating_add(more);
            self.set(index, Some(sum));
        }
    }

    /// Records totals: the input with its cache, the output with its reasoning.
    pub(crate) fn record(mut self, attributes: &mut Attributes) {
        if self.cache_beside_input {
            self.add(INPUT, CACHE_READ);
            self.add(INPUT, CACHE_WRITE);
        }
        self.add(INPUT, TOOL_PROMPT);
        self.add(OUTPUT, THOUGHTS);
        self.set(REASONING, self.get(THOUGHTS));
        // xAI counts reasoning beside the completion, and its total tells.
        let parts = [INPUT, OUTPUT, REASONING].map(|index| self.get(index).unwrap_or(0));
        let sum = parts
            .iter()
            .fold(0_i64, |sum, part| sum.saturating_add(*part));
        let is_beside = self.get(TOTAL) == Some(sum) && self.get(THOUGHTS).is_none();
        if is_beside && parts.last() > Some(&0) {
            self.add(OUTPUT, REASONING);
        }
        for (count, kind) in self.counts.iter().zip(&TABLE) {
            if !kind.attribute.is_empty() {
                attributes.count(kind.attribute, *count);
            }
        }
        if let Some(cost) = self.cost {
            attributes.set("gen_ai.usage.cost", Value::Double(cost));
        }
    }
}
