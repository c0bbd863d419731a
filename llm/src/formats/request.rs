//! What the body of a request says.

use crate::formats::answer::Dialect;
use crate::formats::messages::{messages, tools};
use crate::json::{contains, first_in, is_word, parts, split_at, word_of, Val, Writer};
use crate::options::{Format, Given, KNOWN_HOST, RECORD_INPUTS, STREAM};
use crate::record::{known_system, provider_name, request_parameters, Attributes};

/// Requests of one universal body, at most.
const MAX_STEPS: usize = 16;

/// What a body is read as.
struct Target<'a> {
    format: Format,
    system: &'a [u8],
    model: &'a [u8],
    stream: bool,
}

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) attributes: Attributes,
    /// The name of the span.
    pub(crate) name: Vec<u8>,
    /// Whether the body is a call in the format.
    pub(crate) is_call: bool,
    pub(crate) stream: bool,
    pub(crate) asked_for_usage: bool,
    pub(crate) dialect: Dialect,
    /// Whether the documents of the answer may be lines.
    pub(crate) lines: bool,
}

/// Adds a request, or each of a universal body; `body` is no value if it could not be read.
pub(crate) fn read_request(body: Val<'_>, given: &Given, all: &mut Vec<Asked>) {
    if given.format == Format::Universal {
        for entry in body.items().take(MAX_STEPS) {
            let endpoint = entry.get("endpoint").string();
            let provider = entry.get("provider").string();
            let target = target_of(&provider, &endpoint);
            read_one(entry.get("query"), &target, given, all);
        }
    }
    if all.is_empty() {
        let (system, model) = split_at(&given.names, b'\n');
        let target = Target {
            format: given.format,
            system,
            model,
            stream: given.has(STREAM),
        };
        read_one(body, &target, given, all);
    }
}

/// What the endpoints of a universal body hold, of which the first counts, and their formats.
const ENDPOINTS: &str =
    "chat/completions embedContent generateContent embeddings messages rawPredict \
     responses /converse /invoke completions @cf/ @hf/";
const ENDPOINT_FORMATS: &[Format] = &[
    Format::OpenAiChat,
    Format::GeminiEmbeddings,
    Format::Gemini,
    Format::OpenAiEmbeddings,
    Format::AnthropicMessages,
    Format::AnthropicMessages,
    Format::OpenAiResponses,
    Format::BedrockConverse,
    Format::BedrockInvoke,
    Format::OpenAiCompletions,
    Format::WorkersAi,
    Format::WorkersAi,
];

/// Returns what an entry of a universal body goes to.
fn target_of<'a>(provider: &'a [u8], endpoint: &'a [u8]) -> Target<'a> {
    let (path, _) = split_at(endpoint, b'?');
    let known = first_in(path, ENDPOINTS).and_then(|place| ENDPOINT_FORMATS.get(place));
    let format = known.copied().unwrap_or(Format::OpenAiChat);
    let mut model = &[][..];
    if format == Format::WorkersAi {
        model = path;
    } else {
        let mut folders = parts(path, b'/');
        if folders.any(|folder| is_word(folder, "model models")) {
            (model, _) = split_at(folders.next().unwrap_or_default(), b':');
        }
    }
    let system = known_system(provider);
    Target {
        format,
        system: if system.is_empty() { provider } else { system },
        model,
        stream: contains(path, b"stream"),
    }
}

fn read_one(body: Val<'_>, target: &Target<'_>, given: &Given, all: &mut Vec<Asked>) {
    let format = target.format;
    let is_read = body.there();
    let said = body.get("model").string();
    let has_model = !said.is_empty();
    let mut model = if has_model { &said } else { target.model };
    let mut system = target.system;
    let (front, back) = split_at(model, b'/');
    // A gateway to many providers names them before a slash; Gemini's models stand in a folder.
    let known = known_system(front);
    let names = is_word(system, " cloudflare") || known == system;
    if front.len() < model.len() && ((names && !known.is_empty()) || is_word(front, "models")) {
        model = back;
        system = if known.is_empty() { system } else { known };
    }
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
    let mut name = Writer::default();
    if format == Format::Gemini {
        name.raw(b"gemini.generate_content");
        name.raw(if stream { b"_stream" } else { b"" });
    } else {
        name.raw(operation.as_bytes());
        name.raw(if model.is_empty() { b"" } else { b" " });
        name.raw(model);
    }
    let mut attributes = Attributes::default();
    attributes.text(b"lmnr.span.type", b"LLM");
    attributes.text(b"gen_ai.system", system);
    attributes.text(b"gen_ai.provider.name", provider_name(system));
    attributes.text(b"gen_ai.operation.name", operation.as_bytes());
    attributes.text(b"gen_ai.request.model", model);
    attributes.raw(b"gen_ai.request.stream", word_of(stream));
    request_parameters(body, &mut attributes);
    if given.has(RECORD_INPUTS) {
        attributes.text(b"gen_ai.input.messages", &messages(body, format));
        attributes.text(b"gen_ai.tool.definitions", &tools(body));
    }
    let asks = has_model && body.find("messages input prompt contents").there();
    all.push(Asked {
        attributes,
        name: name.out,
        is_call: (!is_read || body.is_object()) && (given.has(KNOWN_HOST) || asks),
        stream,
        asked_for_usage: body.find("stream_options.include_usage").is_true(),
        dialect,
        lines,
    });
}
