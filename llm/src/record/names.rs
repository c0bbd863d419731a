//! What things are called: providers, and the parameters of requests.

use crate::json::{lossy, Val};
use crate::record::attributes::{Attributes, Value};

/// Providers whose OpenTelemetry name differs from their name in price tables.
const PROVIDER_NAMES: &[(&str, &str)] = &[
    ("azure", "azure.ai.openai"),
    ("bedrock", "aws.bedrock"),
    ("gemini", "gcp.gemini"),
    ("mistral", "mistral_ai"),
    ("vertex_ai", "gcp.vertex_ai"),
    ("xai", "x_ai"),
];

/// What gateways call providers in paths, in bodies and before the slash of a model.
const GATEWAY_NAMES: &[(&str, &str)] = &[
    ("anthropic", "anthropic"),
    ("aws-bedrock", "bedrock"),
    ("azure-openai", "azure"),
    ("bedrock", "bedrock"),
    ("cerebras", "cerebras"),
    ("cohere", "cohere"),
    ("deepseek", "deepseek"),
    ("google", "gemini"),
    ("google-ai-studio", "gemini"),
    ("google-vertex-ai", "vertex_ai"),
    ("grok", "xai"),
    ("groq", "groq"),
    ("huggingface", "huggingface"),
    ("mistral", "mistral"),
    ("openai", "openai"),
    ("openrouter", "openrouter"),
    ("perplexity", "perplexity"),
    ("perplexity-ai", "perplexity"),
    ("workers-ai", "cloudflare"),
    ("xai", "xai"),
];

/// Returns the OpenTelemetry name of a provider.
pub(crate) fn provider_name(system: &str) -> &str {
    PROVIDER_NAMES
        .iter()
        .find(|(own, _)| *own == system)
        .map_or(system, |(_, name)| name)
}

/// Returns the name in price tables of a provider that a gateway names.
pub(crate) fn known_provider(name: &[u8]) -> Option<&'static str> {
    GATEWAY_NAMES
        .iter()
        .find(|(own, _)| own.as_bytes() == name)
        .map(|(_, system)| *system)
}

#[derive(Clone, Copy)]
enum Kind {
    Int,
    Double,
    Text,
    Texts,
    Json,
}

/// Where providers keep parameters, beside the top of the body.
const PLACES: &[&[&str]] = &[
    &["generationConfig"],
    &["generation_config"],
    &["inferenceConfig"],
    &["options"],
    &["reasoning"],
    &["thinking"],
    &["text", "format"],
    &["response_format", "json_schema"],
    &["output_config", "format"],
    &["output_format"],
    &["generationConfig", "thinkingConfig"],
];

/// Parameters under every name that providers have for them.
const PARAMETERS: &[(&str, Kind, &str)] = &[
    ("temperature", Kind::Double, "gen_ai.request.temperature"),
    ("top_p", Kind::Double, "gen_ai.request.top_p"),
    ("topP", Kind::Double, "gen_ai.request.top_p"),
    ("p", Kind::Double, "gen_ai.request.top_p"),
    ("top_k", Kind::Int, "gen_ai.request.top_k"),
    ("topK", Kind::Int, "gen_ai.request.top_k"),
    ("k", Kind::Int, "gen_ai.request.top_k"),
    ("max_tokens", Kind::Int, "gen_ai.request.max_tokens"),
    (
        "max_completion_tokens",
        Kind::Int,
        "gen_ai.request.max_tokens",
    ),
    ("max_output_tokens", Kind::Int, "gen_ai.request.max_tokens"),
    ("maxOutputTokens", Kind::Int, "gen_ai.request.max_tokens"),
    ("maxTokens", Kind::Int, "gen_ai.request.max_tokens"),
    ("num_predict", Kind::Int, "gen_ai.request.max_tokens"),
    (
        "frequency_penalty",
        Kind::Double,
        "gen_ai.request.frequency_penalty",
    ),
    (
        "frequencyPenalty",
        Kind::Double,
        "gen_ai.request.frequency_penalty",
    ),
    (
        "presence_penalty",
        Kind::Double,
        "gen_ai.request.presence_penalty",
    ),
    (
        "presencePenalty",
        Kind::Double,
        "gen_ai.request.presence_penalty",
    ),
    ("seed", Kind::Int, "gen_ai.request.seed"),
    ("n", Kind::Int, "gen_ai.request.choice.count"),
    ("candidateCount", Kind::Int, "gen_ai.request.choice.count"),
    ("candidate_count", Kind::Int, "gen_ai.request.choice.count"),
    ("stop", Kind::Texts, "gen_ai.request.stop_sequences"),
    (
        "stop_sequences",
        Kind::Texts,
        "gen_ai.request.stop_sequences",
    ),
    (
        "stopSequences",
        Kind::Texts,
        "gen_ai.request.stop_sequences",
    ),
    (
        "reasoning_effort",
        Kind::Text,
        "gen_ai.request.reasoning_effort",
    ),
    ("effort", Kind::Text, "gen_ai.request.reasoning_effort"),
    ("summary", Kind::Text, "gen_ai.request.reasoning_summary"),
    (
        "budget_tokens",
        Kind::Int,
        "gen_ai.request.thinking.budget_tokens",
    ),
    (
        "thinkingBudget",
        Kind::Int,
        "gen_ai.request.thinking.budget_tokens",
    ),
    (
        "schema",
        Kind::Json,
        "gen_ai.request.structured_output_schema",
    ),
    (
        "responseSchema",
        Kind::Json,
        "gen_ai.request.structured_output_schema",
    ),
    (
        "responseJsonSchema",
        Kind::Json,
        "gen_ai.request.structured_output_schema",
    ),
    (
        "response_schema",
        Kind::Json,
        "gen_ai.request.structured_output_schema",
    ),
];

/// Records the parameters of a request, 0 and false included.
pub(crate) fn request_parameters(body: Val<'_>, attributes: &mut Attributes) {
    read_parameters(body, attributes);
    for place in PLACES {
        if let Some(object) = body.path(place) {
            read_parameters(object, attributes);
        }
    }
    if let Some(kind) = body.path(&["thinking", "type"]).and_then(Val::string) {
        attributes.text("gen_ai.request.thinking_type", &kind);
    }
}

fn read_parameters(object: Val<'_>, attributes: &mut Attributes) {
    for (key, value) in object.members() {
        let known = PARAMETERS.iter().find(|(name, ..)| key.is(name));
        let Some((_, kind, attribute)) = known else {
            continue;
        };
        let value = match kind {
            Kind::Int => value.int().map(Value::Int),
            Kind::Double => value
                .number()
                .map(|number| Value::Double(number.to_owned())),
            Kind::Text => value.string().map(Value::Str),
            Kind::Texts if value.is_array() => Some(Value::StrList(
                value.items().filter_map(Val::string).collect(),
            )),
            Kind::Texts => value.string().map(|text| Value::StrList(vec![text])),
            Kind::Json => value
                .is_object()
                .then(|| Value::Str(lossy(value.raw().to_vec()))),
        };
        if let Some(value) = value {
            attributes.set(attribute, value);
        }
    }
}
