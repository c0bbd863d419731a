//! What the body of a request says.

use crate::call::Options;
use crate::formats::chat;
use crate::formats::clean;
use crate::json::{Val, Writer};
use crate::record::{known_provider, provider_name, request_parameters, Attributes, Value};

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) attributes: Attributes,
    pub(crate) name: String,
    /// Whether the body is a call in the format.
    pub(crate) is_call: bool,
    pub(crate) stream: bool,
    pub(crate) asked_for_usage: bool,
}

/// Reads a request; `body` is `None` if it could not be read.
pub(crate) fn read_request(body: Option<Val<'_>>, options: &Options) -> Asked {
    let mut asked = Asked::default();
    let in_body = body
        .and_then(|body| body.get("model"))
        .and_then(Val::string);
    let has_model = in_body.is_some();
    let mut model = in_body.unwrap_or_else(|| options.model.clone());
    let mut system = options.system.as_str();
    // A gateway to many names them before a slash.
    if matches!(system, "" | "cloudflare") {
        if let Some((provider, rest)) = model.split_once('/') {
            if let Some(known) = known_provider(provider.as_bytes()) {
                system = known;
                model = rest.to_owned();
            }
        }
    }
    let content = body.and_then(|body| body.any(&["messages", "input", "prompt", "contents"]));
    asked.is_call = match body {
        Some(body) => body.is_object() && (options.known_host || (has_model && content.is_some())),
        None => options.known_host,
    };
    let stream = body.and_then(|body| body.get("stream"));
    asked.stream = options.stream || stream.is_some_and(Val::is_true);
    asked.asked_for_usage = body
        .and_then(|body| body.path(&["stream_options", "include_usage"]))
        .is_some_and(Val::is_true);
    let operation = options.format.operation();
    asked.name = operation.to_owned();
    if !model.is_empty() {
        asked.name.push(' ');
        asked.name.push_str(&model);
    }
    let attributes = &mut asked.attributes;
    attributes.text("lmnr.span.type", "LLM");
    attributes.text("gen_ai.system", system);
    attributes.text("gen_ai.provider.name", provider_name(system));
    attributes.text("gen_ai.operation.name", operation);
    attributes.text("gen_ai.request.model", &model);
    attributes.set("gen_ai.request.stream", Value::Bool(asked.stream));
    let Some(body) = body else { return asked };
    request_parameters(body, attributes);
    if let Some(tier) = body.get("service_tier").and_then(Val::string) {
        attributes.text("openai.request.service_tier", &tier);
    }
    if options.record_inputs {
        attributes.json("gen_ai.input.messages", messages(body));
        attributes.json("gen_ai.tool.definitions", tools(body));
    }
    asked
}

/// Returns the messages of a chat.
fn messages(body: Val<'_>) -> Vec<u8> {
    let mut writer = Writer::default();
    if let Some(messages) = body.get("messages").filter(|messages| messages.is_array()) {
        // Laminar shows the role `developer` only among plain texts.
        let no_developer = messages.items().any(|message| {
            message.has("tool_calls") || message.get("content").is_some_and(Val::is_array)
        });
        writer.open(b'[');
        for message in messages.items() {
            chat::copy_message(message, no_developer, &mut writer);
        }
        writer.close(b']');
    }
    writer.out
}

fn tools(body: Val<'_>) -> Vec<u8> {
    let mut writer = Writer::default();
    if let Some(tools) = body
        .any(&["tools", "functions"])
        .filter(|tools| tools.is_array())
    {
        writer.open(b'[');
        clean::copy_tools(tools, &mut writer);
        writer.close(b']');
    }
    writer.out
}
