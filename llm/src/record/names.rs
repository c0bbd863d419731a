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

/// What gateways call providers in bodies and before the slash of a model, where the price tables have
/// another name.
const GATEWAY_NAMES: &[(&str, &str)] = &[
    ("aws-bedrock", "bedrock"),
    ("azure-openai", "azure"),
    ("google", "gemini"),
    ("google-ai-studio", "gemini"),
    ("google-vertex-ai", "vertex_ai"),
    ("grok", "xai"),
    ("perplexity-ai", "perplexity"),
    ("workers-ai", "cloudflare"),
];

/// What they call as the price tables do.
const SAME_NAMES: &str =
    "anthropic azure bedrock cerebras cohere deepseek gemini groq huggingface mistral \
     openai openrouter perplexity vertex_ai xai";

fn renamed<'a>(name: &'a str, table: &[(&'static str, &'static str)]) -> &'a str {
    let row = table.iter().find(|(own, _)| *own == name);
    row.map_or(name, |(_, other)| other)
}

/// Returns the OpenTelemetry name of a provider.
pub(crate) fn provider_name(system: &str) -> &str {
    renamed(system, PROVIDER_NAMES)
}

/// Returns the name in price tables of a provider that a gateway names.
pub(crate) fn system_of(name: &str) -> &str {
    renamed(name, GATEWAY_NAMES)
}

/// Returns the same if the provider is known.
pub(crate) fn known_system(name: &str) -> Option<&str> {
    let system = system_of(name);
    let mut known = SAME_NAMES.as_bytes().split(|byte| *byte == b' ');
    let is_known = system != name || known.any(|known| known == name.as_bytes());
    is_known.then_some(system)
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
const PLACES: &[&str] = &[
    "generationConfig generation_config inferenceConfig options",
    "reasoning",
    "output_config",
    "thinking generationConfig.thinkingConfig",
    "text.format response_format.json_schema response_format output_config.format output_format",
];

/// Parameters: where they are recorded, and the names that providers have for them, of which the first
/// that is there counts.
const PARAMETERS: &[(&str, Kind, &str)] = &[
    (
        "gen_ai.request.max_tokens",
        Kind::Int,
        "max_completion_tokens max_tokens max_output_tokens maxOutputTokens maxTokens num_predict \
         max_gen_len",
    ),
    ("gen_ai.request.temperature", Kind::Double, "temperature"),
    ("gen_ai.request.top_p", Kind::Double, "top_p topP p"),
    ("gen_ai.request.top_k", Kind::Int, "top_k topK k"),
    (
        "gen_ai.request.frequency_penalty",
        Kind::Double,
        "frequency_penalty frequencyPenalty",
    ),
    (
        "gen_ai.request.presence_penalty",
        Kind::Double,
        "presence_penalty presencePenalty",
    ),
    ("gen_ai.request.seed", Kind::Int, "seed"),
    (
        "gen_ai.request.choice.count",
        Kind::Int,
        "n candidateCount candidate_count",
    ),
    (
        "gen_ai.request.stop_sequences",
        Kind::Texts,
        "stop stop_sequences stopSequences",
    ),
    (
        "gen_ai.request.reasoning_effort",
        Kind::Text,
        "reasoning_effort effort",
    ),
    ("gen_ai.request.reasoning_summary", Kind::Text, "summary"),
    (
        "gen_ai.request.thinking.budget_tokens",
        Kind::Int,
        "budget_tokens thinkingBudget",
    ),
    (
        "gen_ai.request.structured_output_schema",
        Kind::Json,
        "schema responseSchema responseJsonSchema response_schema response_json_schema format",
    ),
    (
        "gen_ai.embeddings.dimension.count",
        Kind::Int,
        "dimensions outputDimensionality",
    ),
];

/// Records the parameters of a request, 0 and false included.
pub(crate) fn request_parameters(body: Val<'_>, attributes: &mut Attributes) {
    read_parameters(body, attributes);
    for place in PLACES {
        read_parameters(body.find(place), attributes);
    }
    let thinking = body.find("thinking.type").string();
    attributes.text("gen_ai.request.thinking_type", &thinking);
}

#[inline(never)]
fn read_parameters(object: Val<'_>, attributes: &mut Attributes) {
    for (attribute, kind, names) in PARAMETERS {
        let value = object.find(names);
        let mut texts = Vec::new();
        let value = match kind {
            Kind::Int => value.int().map(Value::Int),
            Kind::Double if value.is_number() => Some(Value::Double(lossy(value.raw()))),
            Kind::Text if value.is_string() => Some(Value::Str(value.string())),
            Kind::Texts if value.there() => {
                if value.is_string() {
                    texts.push(value.string());
                }
                texts.extend(value.items().map(Val::string));
                Some(Value::StrList(texts))
            }
            Kind::Json if value.is_object() => Some(Value::Str(lossy(value.raw()))),
            _ => None,
        };
        if let Some(value) = value {
            attributes.set(attribute, value);
        }
    }
}
