//! What the body of a request says.

use crate::call::{Format, Options};
use crate::formats::answer::Dialect;
use crate::formats::messages::{messages, tools};
use crate::json::{contains, lossy, Val};
use crate::record::{
    known_system, provider_name, request_parameters, system_of, Attributes, Value,
};

/// Requests of one universal body, at most.
const MAX_STEPS: usize = 16;

/// What a body is read as.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) format: Format,
    pub(crate) system: String,
    pub(crate) model: String,
    pub(crate) stream: bool,
}

/// What was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) attributes: Attributes,
    pub(crate) name: String,
    /// Whether the body is a call in the format.
    pub(crate) is_call: bool,
    pub(crate) stream: bool,
    pub(crate) asked_for_usage: bool,
    pub(crate) dialect: Dialect,
    /// Whether the documents of the answer may be lines.
    pub(crate) lines: bool,
}

/// Reads a request, or each of a universal body; `body` is `None` if it could not be read.
pub(crate) fn read_request(body: Option<Val<'_>>, options: &Options) -> Vec<Asked> {
    let mut all = Vec::new();
    if options.format == Format::Universal {
        for entry in body.map(Val::items).into_iter().flatten().take(MAX_STEPS) {
            let target = target_of(
                &entry.get("provider").string(),
                &entry.get("endpoint").string(),
            );
            all.push(read_one(Some(entry.get("query")), &target, options));
        }
    }
    if all.is_empty() {
        let target = Target {
            format: options.format,
            system: options.system.clone(),
            model: options.model.clone(),
            stream: options.stream,
        };
        all.push(read_one(body, &target, options));
    }
    all
}

/// What the endpoints of a universal body hold, of which the first counts.
const ENDPOINTS: &[(&str, Format)] = &[
    ("chat/completions", Format::OpenAiChat),
    ("embedContent", Format::GeminiEmbeddings),
    ("generateContent", Format::Gemini),
    ("embeddings", Format::OpenAiEmbeddings),
    ("messages", Format::AnthropicMessages),
    ("rawPredict", Format::AnthropicMessages),
    ("responses", Format::OpenAiResponses),
    ("/converse", Format::BedrockConverse),
    ("/invoke", Format::BedrockInvoke),
    ("completions", Format::OpenAiCompletions),
    ("@cf/", Format::WorkersAi),
    ("@hf/", Format::WorkersAi),
];

/// Returns what an entry of a universal body goes to.
fn target_of(provider: &str, endpoint: &str) -> Target {
    let mut parts = endpoint.as_bytes().split(|byte| *byte == b'?');
    let path = parts.next().unwrap_or_default();
    let known = ENDPOINTS.iter().find(|(part, _)| contains(path, part));
    let format = known.map_or(Format::OpenAiChat, |(_, format)| *format);
    let mut model = &[][..];
    if format == Format::WorkersAi {
        model = path;
    } else {
        let mut parts = path.split(|byte| matches!(byte, b'/' | b':'));
        if parts.any(|part| matches!(part, b"models" | b"model")) {
            model = parts.next().unwrap_or_default();
        }
    }
    Target {
        format,
        system: system_of(provider).to_owned(),
        model: lossy(model),
        stream: contains(path, "stream"),
    }
}

fn read_one(body: Option<Val<'_>>, target: &Target, options: &Options) -> Asked {
    let format = target.format;
    let said = body
        .map(|body| body.get("model").string())
        .unwrap_or_default();
    let has_model = !said.is_empty();
    let full = if has_model {
        said
    } else {
        target.model.clone()
    };
    let mut model = full.as_str();
    let mut system = target.system.as_str();
    // A gateway to many names them before a slash.
    if matches!(system, "" | "cloudflare") {
        let slash = model.bytes().position(|byte| byte == b'/').unwrap_or(0);
        let (front, back) = model.split_at_checked(slash).unwrap_or_default();
        if let Some(known) = known_system(front) {
            system = known;
            model = back.get(1..).unwrap_or_default();
        }
    }
    let asks =
        body.is_some_and(|body| has_model && body.find("messages input prompt contents").there());
    let is_object = body.is_none_or(Val::is_object);
    let says_stream = body.is_some_and(|body| body.get("stream").is_true());
    let lines = matches!(format, Format::OllamaChat | Format::OllamaGenerate);
    // Ollama streams unless told otherwise.
    let by_itself = lines && body.is_some_and(|body| body.get("stream").first() != b'f');
    let stream = target.stream || says_stream || by_itself;
    let (operation, dialect) = match format {
        Format::OpenAiCompletions | Format::OllamaGenerate => ("text_completion", Dialect::Chat),
        Format::OpenAiChat | Format::OllamaChat | Format::CohereChat => ("chat", Dialect::Chat),
        Format::OpenAiEmbeddings | Format::GeminiEmbeddings => ("embeddings", Dialect::Embeddings),
        Format::OpenAiResponses => ("chat", Dialect::Responses),
        Format::AnthropicMessages => ("chat", Dialect::Anthropic),
        Format::Gemini => ("generate_content", Dialect::Gemini),
        Format::BedrockConverse => ("chat", Dialect::Converse),
        Format::WorkersAi | Format::BedrockInvoke | Format::Universal => ("chat", Dialect::Unknown),
    };
    let mut name = operation.to_owned();
    if format == Format::Gemini {
        name.insert_str(0, "gemini.");
        if stream {
            name.push_str("_stream");
        }
    } else if !model.is_empty() {
        name.push(' ');
        name.push_str(model);
    }
    let mut attributes = Attributes::default();
    attributes.text("lmnr.span.type", "LLM");
    attributes.text("gen_ai.system", system);
    attributes.text("gen_ai.provider.name", provider_name(system));
    attributes.text("gen_ai.operation.name", operation);
    attributes.text("gen_ai.request.model", model);
    attributes.set("gen_ai.request.stream", Value::Bool(stream));
    if let Some(body) = body {
        request_parameters(body, &mut attributes);
        let tier = match format {
            Format::AnthropicMessages => "anthropic.request.service_tier",
            _ => "openai.request.service_tier",
        };
        attributes.text(tier, &body.get("service_tier").string());
        if options.record_inputs {
            attributes.json("gen_ai.input.messages", &messages(body, format));
            attributes.json("gen_ai.tool.definitions", &tools(body));
        }
    }
    Asked {
        attributes,
        name,
        is_call: is_object && (options.known_host || asks),
        stream,
        asked_for_usage: body
            .is_some_and(|body| body.find("stream_options.include_usage").is_true()),
        dialect,
        lines,
    }
}
