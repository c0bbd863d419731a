//! Chat Completions of OpenAI and of everybody who imitates them, whole and as streams; legacy
//! completions, which have text where a chat has messages.

use crate::formats::answer::Answer;
use crate::formats::clean;
use crate::formats::parts::{text_part, tool_part};
use crate::json::{escape, Val, Writer};
use crate::record::fault_in;

/// Choices of one answer and calls of one choice, at most.
const MAX_CHOICES: usize = 128;
const MAX_TOOLS: usize = 128;

#[derive(Debug, Default)]
struct Tool {
    index: Option<i64>,
    id: Vec<u8>,
    name: Vec<u8>,
    arguments: Vec<u8>,
}

#[derive(Debug, Default)]
struct Choice {
    index: i64,
    role: Vec<u8>,
    content: Vec<u8>,
    transcript: Vec<u8>,
    refusal: Vec<u8>,
    reasoning: Vec<u8>,
    tools: Vec<Tool>,
    /// Whether the calls came in the older form of a single `function_call`.
    finish: Option<String>,
    /// The choice as it came, if it came whole and Laminar shows it as it is.
    whole: Vec<u8>,
}

/// The choices of an answer, by index.
#[derive(Debug, Default)]
pub(crate) struct Choices(Vec<Choice>);

/// Takes a document: a whole answer, or a chunk of a stream.
pub(crate) fn take(answer: &mut Answer, document: Val<'_>) {
    answer.head(document);
    for usage in [document.get("usage"), document.path(&["x_groq", "usage"])]
        .into_iter()
        .flatten()
    {
        answer.usage.read(usage);
    }
    if let Some(fault) = fault_in(document, 0) {
        answer.fault = Some(fault);
        answer.fits = true;
    }
    let Some(choices) = document.get("choices").filter(|choices| choices.is_array()) else {
        return;
    };
    answer.fits = true;
    for (position, choice) in choices.items().enumerate() {
        take_choice(answer, position, choice);
    }
}

fn take_choice(answer: &mut Answer, position: usize, choice: Val<'_>) {
    if let Some(usage) = choice.get("usage") {
        answer.usage.read(usage);
    }
    let said = choice.get("index").and_then(Val::int);
    let index = said.unwrap_or_else(|| i64::try_from(position).unwrap_or_default());
    let Answer {
        record,
        room,
        cut,
        token,
        choices,
        ..
    } = answer;
    let Some(own) = choices.at(index) else {
        *cut = true;
        return;
    };
    if let Some(reason) = choice
        .any(&["finish_reason", "stop_reason"])
        .and_then(Val::string)
    {
        own.finish = Some(reason);
    }
    let mut grow = |text: &mut Vec<u8>, more: Option<&[u8]>| {
        let more = more.unwrap_or_default();
        *token |= !more.is_empty();
        Answer::grow(*record, room, cut, text, more);
    };
    let text = choice.get("text").and_then(Val::spelled);
    grow(&mut own.content, text);
    let whole = choice.get("message");
    let Some(message) = whole.or_else(|| choice.get("delta")) else {
        return;
    };
    if let Some(role) = message.get("role").and_then(Val::spelled) {
        own.role = role.to_vec();
    }
    let mut is_list = false;
    if let Some(content) = message.get("content") {
        grow(&mut own.content, content.spelled());
        for part in content.items() {
            is_list = true;
            grow(&mut own.content, part.get("text").and_then(Val::spelled));
            let thoughts = part.get("thinking");
            grow(&mut own.reasoning, thoughts.and_then(Val::spelled));
            for thought in thoughts.map(Val::items).into_iter().flatten() {
                grow(
                    &mut own.reasoning,
                    thought.get("text").and_then(Val::spelled),
                );
            }
        }
    }
    grow(
        &mut own.refusal,
        message.get("refusal").and_then(Val::spelled),
    );
    let transcript = message.path(&["audio", "transcript"]);
    grow(&mut own.transcript, transcript.and_then(Val::spelled));
    let reasoning = message.any(&["reasoning_content", "reasoning"]);
    grow(&mut own.reasoning, reasoning.and_then(Val::spelled));
    if reasoning.is_none() {
        let details = message.get("reasoning_details").map(Val::items);
        for detail in details.into_iter().flatten() {
            let text = detail.any(&["text", "summary"]);
            grow(&mut own.reasoning, text.and_then(Val::spelled));
        }
    }
    let mut is_full = false;
    let calls = message.get("tool_calls").map(Val::items);
    let call = message.get("function_call");
    for call in calls.into_iter().flatten().chain(call) {
        let body = call.any(&["function", "custom"]).unwrap_or(call);
        let id = call.get("id").and_then(Val::spelled).unwrap_or_default();
        let name = body.get("name").and_then(Val::spelled).unwrap_or_default();
        let Some(tool) = own.tool(call.get("index").and_then(Val::int), id, name) else {
            is_full = true;
            continue;
        };
        if tool.id.is_empty() {
            grow(&mut tool.id, Some(id));
        }
        // Some hosts repeat a name, others cut it.
        if tool.name != name {
            grow(&mut tool.name, Some(name));
        }
        match body.any(&["arguments", "input"]) {
            Some(object) if object.is_object() || object.is_array() => {
                let mut spelled = Vec::new();
                escape(object.raw(), &mut spelled);
                grow(&mut tool.arguments, Some(&spelled));
            }
            arguments => grow(&mut tool.arguments, arguments.and_then(Val::spelled)),
        }
    }
    if whole.is_some() && !is_list && own.reasoning.is_empty() {
        let mut writer = Writer::default();
        copy_choice(choice, &mut writer);
        grow(&mut own.whole, Some(&writer.out));
    }
    *cut |= is_full;
}

impl Choice {
    /// Returns the call that a piece belongs to, or a new one. `None` if there are too many.
    fn tool(&mut self, index: Option<i64>, id: &[u8], name: &[u8]) -> Option<&mut Tool> {
        let same = |tool: &Tool| {
            // Some hosts number every call 0, and their ids tell them apart.
            let is_other = !id.is_empty() && !tool.id.is_empty() && tool.id != id;
            match index {
                Some(_) => tool.index == index && !is_other,
                None if !id.is_empty() => tool.id == id,
                None => name.is_empty(),
            }
        };
        let found = self.tools.iter().rposition(same);
        let place = match found {
            Some(place) => place,
            None if self.tools.len() >= MAX_TOOLS => return None,
            None => {
                let behind = self
                    .tools
                    .iter()
                    .rposition(|tool| tool.index <= index || index.is_none());
                let place = behind.map_or(0, |behind| behind + 1);
                self.tools.insert(
                    place,
                    Tool {
                        index,
                        ..Tool::default()
                    },
                );
                place
            }
        };
        self.tools.get_mut(place)
    }

    fn role(&self) -> &[u8] {
        if self.role.is_empty() {
            b"assistant"
        } else {
            &self.role
        }
    }

    fn text(&self) -> &[u8] {
        if self.content.is_empty() {
            &self.transcript
        } else {
            &self.content
        }
    }

    fn write_parts(&self, writer: &mut Writer) {
        writer.open(b'{').key("role").spelled(self.role());
        if let Some(finish) = &self.finish {
            writer.key("finish_reason").string(finish.as_bytes());
        }
        writer.key("parts").open(b'[');
        text_part("thinking", &self.reasoning, writer);
        text_part("text", self.text(), writer);
        text_part("text", &self.refusal, writer);
        for tool in &self.tools {
            tool_part(&tool.id, &tool.name, &tool.arguments, writer);
        }
        writer.close(b']').close(b'}');
    }

    fn write_choice(&self, writer: &mut Writer) {
        if !self.whole.is_empty() {
            writer.value(&self.whole);
            return;
        }
        writer.open(b'{').key("index");
        writer
            .int(self.index.unsigned_abs())
            .key("message")
            .open(b'{');
        writer.key("role").spelled(self.role()).key("content");
        if self.text().is_empty() {
            writer.raw(b"null");
        } else {
            writer.spelled(self.text());
        }
        if !self.refusal.is_empty() {
            writer.key("refusal").spelled(&self.refusal);
        }
        if !self.tools.is_empty() {
            writer.key("tool_calls").open(b'[');
            for tool in &self.tools {
                write_call(&tool.id, &tool.name, &tool.arguments, writer);
            }
            writer.close(b']');
        }
        writer.close(b'}').key("finish_reason");
        match &self.finish {
            Some(finish) => writer.string(finish.as_bytes()),
            None => writer.raw(b"null"),
        };
        writer.close(b'}');
    }
}

impl Choices {
    fn at(&mut self, index: i64) -> Option<&mut Choice> {
        let place = self.0.partition_point(|choice| choice.index < index);
        if self.0.get(place).is_none_or(|choice| choice.index != index) {
            if self.0.len() >= MAX_CHOICES {
                return None;
            }
            let choice = Choice {
                index,
                ..Choice::default()
            };
            self.0.insert(place, choice);
        }
        self.0.get_mut(place)
    }

    /// Whether every choice has said why it ended.
    pub(crate) fn is_finished(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|choice| choice.finish.is_some())
    }

    /// Returns the messages as JSON, and why each choice ended.
    pub(crate) fn finish(self) -> (Vec<u8>, Vec<String>) {
        if self.0.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let mut writer = Writer::default();
        writer.open(b'[');
        let in_parts = self.0.iter().any(|choice| !choice.reasoning.is_empty());
        for choice in &self.0 {
            if in_parts {
                choice.write_parts(&mut writer);
            } else {
                choice.write_choice(&mut writer);
            }
        }
        writer.close(b']');
        let reasons = self.0.into_iter().filter_map(|choice| choice.finish);
        (writer.out, reasons.collect())
    }
}

fn write_call(id: &[u8], name: &[u8], arguments: &[u8], writer: &mut Writer) {
    writer.open(b'{').key("id").spelled(id);
    writer.key("type").raw(b"\"function\"").key("function");
    writer.open(b'{').key("name").spelled(name);
    writer.key("arguments").spelled(arguments);
    writer.close(b'}').close(b'}');
}

fn copy_choice(choice: Val<'_>, writer: &mut Writer) {
    writer.open(b'{');
    for (key, member) in choice.members() {
        if key.is("message") {
            writer.value(key.raw()).raw(b":");
            copy_message(member, false, writer);
        } else if !key.is("logprobs") {
            clean::copy_member(key, member, writer);
        }
    }
    writer.close(b'}');
}

/// Copies a message of a chat, with what Laminar cannot show put into a form that it can.
/// `no_developer` writes that role as `system`.
pub(crate) fn copy_message(message: Val<'_>, no_developer: bool, writer: &mut Writer) {
    if !message.is_object() {
        clean::copy(message, writer);
        return;
    }
    writer.open(b'{');
    for (key, member) in message.members() {
        let lists_objects = member.items().any(Val::is_object);
        if key.is("annotations") && lists_objects {
            continue;
        }
        writer.value(key.raw()).raw(b":");
        if key.is("role") && no_developer && member.is("developer") {
            writer.raw(b"\"system\"");
        } else if key.is("tool_calls") && lists_objects {
            writer.open(b'[');
            member.items().for_each(|call| copy_call(call, writer));
            writer.close(b']');
        } else if key.is("content") && lists_objects {
            writer.open(b'[');
            member.items().for_each(|part| copy_part(part, writer));
            writer.close(b']');
        } else {
            clean::copy(member, writer);
        }
    }
    writer.close(b'}');
}

/// Copies a call of a tool: of a function, with its arguments as text.
fn copy_call(call: Val<'_>, writer: &mut Writer) {
    let body = call.any(&["function", "custom"]).unwrap_or(call);
    let arguments = body.any(&["arguments", "input"]);
    let is_plain = call.has("function") && arguments.is_none_or(|text| text.spelled().is_some());
    if is_plain {
        clean::copy(call, writer);
        return;
    }
    let mut spelled = Vec::new();
    match arguments {
        Some(text) if text.spelled().is_some() => {
            spelled.extend_from_slice(text.spelled().unwrap_or_default());
        }
        Some(value) => escape(value.raw(), &mut spelled),
        None => {}
    }
    let id = call.get("id").and_then(Val::spelled).unwrap_or_default();
    let name = body.get("name").and_then(Val::spelled).unwrap_or_default();
    write_call(id, name, &spelled, writer);
}

/// Copies a part of a message; sound, which Laminar cannot show, becomes a word about it.
fn copy_part(part: Val<'_>, writer: &mut Writer) {
    let Some(audio) = part
        .get("input_audio")
        .filter(|_| part.says("type", "input_audio"))
    else {
        clean::copy(part, writer);
        return;
    };
    let format = audio
        .get("format")
        .and_then(Val::spelled)
        .unwrap_or_default();
    writer.open(b'{').key("type").raw(b"\"text\"");
    writer
        .key("text")
        .comma()
        .raw(b"\"[audio/")
        .raw(format)
        .raw(b"]\"");
    writer.close(b'}');
}
