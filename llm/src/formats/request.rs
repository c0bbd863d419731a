//! What the body of a request says.

use crate::formats::answer::Dialect;
use crate::formats::messages::{messages, tools};
use crate::json::{contains, lossy, Document, Val};
use crate::options::{Format, Options};
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

/// Returns the parts of a model before and behind its first slash.
fn split_at_slash(model: &[u8]) -> Option<(&[u8], &[u8])> {
    let slash = model.iter().position(|byte| *byte == b'/')?;
    Some((model.get(..slash)?, model.get(slash + 1..)?))
}

fn read_one(body: Option<Val<'_>>, target: &Target, options: &Options) -> Asked {
    let format = target.format;
    let nothing = Document::nothing();
    let is_read = body.is_some();
    let body = body.unwrap_or_else(|| nothing.root());
    let said = body.get("model").string();
    let has_model = !said.is_empty();
    let full = if has_model {
        said.as_str()
    } else {
        target.model.as_str()
    };
    let mut model = full.as_bytes();
    let mut system = target.system.as_str();
    if let Some((front, back)) = split_at_slash(model) {
        // A gateway to many providers names them before a slash; Gemini's models stand in a folder.
        let known = known_system(front);
        let names = matches!(system, "" | "cloudflare") || known == system;
        if (names && !known.is_empty()) || front == b"models" {
            model = back;
            system = if known.is_empty() { system } else { known };
        }
    }
    let model = lossy(model);
    // Ollama streams unless told otherwise.
    let lines = matches!(format, Format::OllamaChat | Format::OllamaGenerate);
    let said = body.get("stream");
    let stream = target.stream || said.is_true() || (lines && is_read && said.first() != b'f');
    let is_embedding = format == Format::WorkersAi && body.get("text").there();
    let (mut operation, dialect) = match format {
        Format::OpenAiCompletions | Format::OllamaGenerate => ("text_completion", Dialect::Chat),
        Format::OpenAiChat | Format::OllamaChat | Format::CohereChat => ("chat", Dialect::Chat),
        Format::OpenAiEmbeddings | Format::GeminiEmbeddings => ("embeddings", Dialect::Embeddings),
        Format::OpenAiResponses => ("chat", Dialect::Responses),
        Format::AnthropicMessages => ("chat", Dialect::Anthropic),
        Format::Gemini => ("generate_content", Dialect::Gemini),
        Format::BedrockConverse => ("chat", Dialect::Converse),
        Format::WorkersAi | Format::BedrockInvoke | Format::Universal => ("chat", Dialect::Unknown),
    };
    if is_embedding {
        operation = "embeddings";
    }
    let mut name = String::new();
    if format == Format::Gemini {
        name.push_str("gemini.generate_content");
        if stream {
            name.push_str("_stream");
        }
    } else {
        name.push_str(operation);
        if !model.is_empty() {
            name.push(' ');
            name.push_str(&model);
        }
    }
    let mut attributes = Attributes::default();
    for (key, text) in [
        ("lmnr.span.type", "LLM"),
        ("gen_ai.system", system),
        ("gen_ai.provider.name", provider_name(system)),
        ("gen_ai.operation.name", operation),
        ("gen_ai.request.model", &model),
    ] {
        attributes.text(key, text);
    }
    attributes.set("gen_ai.request.stream", Value::Bool(stream));
    request_parameters(body, &mut attributes);
    if options.record_inputs {
        attributes.json("gen_ai.input.messages", &messages(body, format));
        attributes.json("gen_ai.tool.definitions", &tools(body));
    }
    let asks = has_model && body.find("messages input prompt contents").there();
    Asked {
        attributes,
        name,
        is_call: (!is_read || body.is_object()) && (options.known_host || asks),
        stream,
        asked_for_usage: body.find("stream_options.include_usage").is_true(),
        dialect,
        lines,
    }
}
