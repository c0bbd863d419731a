//! What things are called: providers, and the parameters of requests.

use crate::json::{parts, split_at, Val, Writer};
use crate::record::attributes::Attributes;

/// Providers whose OpenTelemetry name differs from their name in price tables.
const PROVIDER_NAMES: &str = "azure=azure.ai.openai bedrock=aws.bedrock gemini=gcp.gemini \
     mistral=mistral_ai vertex_ai=gcp.vertex_ai xai=x_ai";

/// What gateways call providers in bodies and before the slash of a model, and what price tables call them.
const GATEWAY_NAMES: &str = "aws-bedrock=bedrock azure-openai=azure google=gemini \
     google-ai-studio=gemini google-vertex-ai=vertex_ai grok=xai perplexity-ai=perplexity \
     workers-ai=cloudflare anthropic azure bedrock cerebras cohere deepseek gemini groq huggingface \
     mistral openai openrouter perplexity vertex_ai xai";

/// Returns what a name is in a table, where a name alone stays as it is; nothing if it is not there.
#[inline(never)]
fn renamed(name: &[u8], table: &'static str) -> &'static [u8] {
    for row in parts(table.as_bytes(), b' ') {
        let (old, new) = split_at(row, b'=');
        if old == name {
            return if new.is_empty() { old } else { new };
        }
    }
    &[]
}

/// Returns the OpenTelemetry name of a provider.
pub(crate) fn provider_name(system: &[u8]) -> &[u8] {
    let other = renamed(system, PROVIDER_NAMES);
    if other.is_empty() {
        system
    } else {
        other
    }
}

/// Returns the name in price tables of a provider that a gateway names; nothing if it is not known.
pub(crate) fn known_system(name: &[u8]) -> &'static [u8] {
    renamed(name, GATEWAY_NAMES)
}

/// Where providers keep parameters, the top of the body first; places are parted by commas.
const PLACES: &[u8] = b",generationConfig generation_config inferenceConfig options,reasoning,\
     output_config,thinking generationConfig.thinkingConfig,response_format,\
     text.format response_format.json_schema output_config.format output_format";

/// Parameters, one in each line: where it is recorded, its kind, and the names that providers have for it, of
/// which the first that is there counts; of several places the last. Kinds: `#` a whole number, `.` a number, `"` text, `[` one text or a
/// list, `{` JSON as text.
const PARAMETERS: &[u8] = b"\
gen_ai.request.max_tokens # max_completion_tokens max_tokens max_output_tokens maxOutputTokens maxTokens \
num_predict max_gen_len
gen_ai.request.temperature . temperature
gen_ai.request.top_p . top_p topP p
gen_ai.request.top_k # top_k topK k
gen_ai.request.frequency_penalty . frequency_penalty frequencyPenalty
gen_ai.request.presence_penalty . presence_penalty presencePenalty
gen_ai.request.seed # seed
gen_ai.request.choice.count # n candidateCount candidate_count
gen_ai.request.stop_sequences [ stop stop_sequences stopSequences
gen_ai.request.reasoning_effort \" reasoning_effort effort
gen_ai.request.reasoning_summary \" summary
gen_ai.request.service_tier \" service_tier serviceTier
gen_ai.request.thinking.budget_tokens # budget_tokens thinkingBudget
gen_ai.request.structured_output_schema { schema responseSchema responseJsonSchema response_schema \
response_json_schema format json_schema
gen_ai.embeddings.dimension.count # dimensions outputDimensionality";

/// Records the parameters of a request, 0 and false included.
pub(crate) fn request_parameters(body: Val<'_>, attributes: &mut Attributes) {
    for line in parts(PARAMETERS, b'\n') {
        let (attribute, rest) = split_at(line, b' ');
        let (kind, names) = split_at(rest, b' ');
        let kind = kind.first().copied().unwrap_or_default();
        let mut found = None;
        for place in parts(PLACES, b',') {
            let object = if place.is_empty() {
                body
            } else {
                body.find_bytes(place)
            };
            let value = object.find_bytes(names);
            let is_fitting = match kind {
                b'#' => value.int().is_some(),
                b'.' => value.is_number(),
                b'[' => value.is_string() || value.is_array(),
                _ => value.first() == kind,
            };
            if is_fitting {
                found = Some(value);
            }
        }
        if let Some(value) = found {
            record(attribute, kind, value, attributes);
        }
    }
    let thinking = body.find("thinking.type");
    attributes.spelled(b"gen_ai.request.thinking_type", thinking.spelled());
}

fn record(attribute: &'static [u8], kind: u8, value: Val<'_>, attributes: &mut Attributes) {
    match kind {
        b'{' => attributes.text(attribute, value.raw()),
        b'[' => {
            let mut list = Writer::default();
            list.open(b'[');
            if value.is_string() {
                list.spelled(value.spelled());
            }
            for text in value.items() {
                list.spelled(text.spelled());
            }
            list.close(b']');
            attributes.raw(attribute, &list.out);
        }
        _ => attributes.raw(attribute, value.raw()),
    }
}
