//! One call of a provider: its request, the bytes of its answer, the span at its end.

use core::mem;

use crate::formats::{read_request, Answer, Asked, Dialect};
use crate::framing::{Sse, Values};
use crate::json::{read, Node, Sieve, Val};
use crate::record::{fault_in, fault_of_status, Attributes, Fault, Value};

/// What is kept of one document, media and vectors not counted.
const MAX_DOCUMENT_BYTES: usize = 4 << 20;
/// What is kept of the output of one call.
const MAX_OUTPUT_BYTES: usize = 4 << 20;
/// What is kept of a body that is no JSON, for the message of an error.
const HEAD_BYTES: usize = 1024;

/// The wire format of a call. The numbers are those that JavaScript passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// OpenAI Chat Completions, and hosts that imitate them.
    OpenAiChat = 0,
    /// Legacy completions.
    OpenAiCompletions = 1,
    /// OpenAI Responses.
    OpenAiResponses = 2,
    /// Embeddings of OpenAI.
    OpenAiEmbeddings = 3,
    /// Anthropic Messages.
    AnthropicMessages = 4,
    /// Gemini `generateContent`, and its streams.
    Gemini = 5,
    /// Gemini `embedContent`.
    GeminiEmbeddings = 6,
    /// Workers AI, whose models answer in several forms.
    WorkersAi = 7,
    /// Bedrock `converse` and `converse-stream`.
    BedrockConverse = 8,
    /// Bedrock `invoke`, in the form of the model.
    BedrockInvoke = 9,
    /// Ollama `/api/chat`.
    OllamaChat = 10,
    /// Ollama `/api/generate`.
    OllamaGenerate = 11,
    /// Cohere `/v2/chat`.
    CohereChat = 12,
    /// An AI Gateway body of several requests.
    Universal = 13,
}

impl Format {
    const ALL: [Self; 14] = [
        Self::OpenAiChat,
        Self::OpenAiCompletions,
        Self::OpenAiResponses,
        Self::OpenAiEmbeddings,
        Self::AnthropicMessages,
        Self::Gemini,
        Self::GeminiEmbeddings,
        Self::WorkersAi,
        Self::BedrockConverse,
        Self::BedrockInvoke,
        Self::OllamaChat,
        Self::OllamaGenerate,
        Self::CohereChat,
        Self::Universal,
    ];

    /// Returns the format of a number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.get(number as usize).copied()
    }

    /// Returns the `gen_ai.operation.name` of its calls.
    pub(crate) fn operation(self) -> &'static str {
        match self {
            Self::OpenAiCompletions | Self::OllamaGenerate => "text_completion",
            Self::OpenAiEmbeddings | Self::GeminiEmbeddings => "embeddings",
            Self::Gemini => "generate_content",
            _ => "chat",
        }
    }

    fn is_lines(self) -> bool {
        matches!(self, Self::OllamaChat | Self::OllamaGenerate)
    }
}

/// What is known of a call before its body is read.
#[derive(Clone, Debug)]
pub struct Options {
    /// The wire format.
    pub format: Format,
    /// The value of `gen_ai.system`; empty or `cloudflare` if a prefix of the model may say it.
    pub system: String,
    /// The model, if the path names it.
    pub model: String,
    /// Whether the path asks for a stream.
    pub stream: bool,
    /// Whether the host is known to speak the format. Otherwise the bodies have to show it.
    pub known_host: bool,
    /// Whether messages and tools of the request are recorded.
    pub record_inputs: bool,
    /// Whether the output is recorded.
    pub record_outputs: bool,
    /// Inline media of more bytes than this are replaced by a word about them; at least 512.
    pub media_limit_bytes: usize,
}

/// What a request turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Whether it is a call of the format. If not, there is no span.
    pub is_call: bool,
    /// Whether it asks for a stream.
    pub stream: bool,
    /// Whether it asks for usage in its stream.
    pub asked_for_usage: bool,
    /// The name of the span.
    pub name: String,
}

/// What a chunk held for the first time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The first document of a stream.
    pub first_data: bool,
    /// The first content, call of a tool or reasoning of a stream.
    pub first_token: bool,
    /// The mark that ends the answer.
    pub ended: bool,
    /// An error.
    pub error: bool,
}

/// How reading the answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The body was read to its end.
    Complete = 0,
    /// The reader left.
    Cancelled = 1,
    /// The request or its body failed.
    Failed = 2,
    /// A flush did not wait longer.
    Cut = 3,
    /// Nobody read the body.
    Unread = 4,
}

/// What the span gets at the end of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// The name of the span.
    pub name: String,
    /// Attributes that were not asked for before.
    pub attributes: Vec<(&'static str, Value)>,
    /// The provider's error.
    pub error: Option<Fault>,
    /// Whether the answer ended without its end mark.
    pub incomplete: bool,
    /// Whether the answer has a form that is known; a call to an unknown host is no span if not.
    pub fits: bool,
}

#[derive(Debug)]
enum Framing {
    Undecided,
    Sse(Sse),
    Values(Values),
}

/// The state of a call.
#[derive(Debug)]
pub struct Call {
    options: Options,
    asked: Asked,
    request: Option<Sieve>,
    step: u32,
    status: u16,
    lines: bool,
    framing: Framing,
    /// How much of a byte order mark has been dropped.
    mark: usize,
    head: Vec<u8>,
    sieve: Sieve,
    nodes: Vec<Node>,
    reading: Reading,
}

/// What the documents of an answer have said.
#[derive(Debug)]
struct Reading {
    answer: Answer,
    status: u16,
    documents: u32,
    skipped: u32,
    /// Whether the mark that ends a stream has come; what follows counts for nothing.
    done: bool,
}

impl Call {
    /// Begins a call.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let sieve = Sieve::new(MAX_DOCUMENT_BYTES, options.media_limit_bytes);
        let mut answer = Answer::new(Dialect::Chat, options.record_outputs);
        answer.room = MAX_OUTPUT_BYTES;
        Self {
            asked: read_request(None, &options),
            request: None,
            step: 0,
            status: 200,
            lines: options.format.is_lines(),
            framing: Framing::Undecided,
            mark: 0,
            head: Vec::new(),
            sieve,
            nodes: Vec::new(),
            reading: Reading {
                answer,
                status: 200,
                documents: 0,
                skipped: 0,
                done: false,
            },
            options,
        }
    }

    /// Takes bytes of the request's body; [`Call::request`] takes the last.
    pub fn request_part(&mut self, bytes: &[u8]) {
        let media_limit_bytes = self.options.media_limit_bytes;
        let sieve = self
            .request
            .get_or_insert_with(|| Sieve::new(MAX_DOCUMENT_BYTES, media_limit_bytes));
        let mut rest = bytes;
        while !rest.is_empty() {
            let (taken, _) = sieve.push(rest);
            rest = rest.get(taken..).unwrap_or_default();
        }
    }

    /// Takes the rest of the request's body, and says what the request is.
    pub fn request(&mut self, bytes: &[u8]) -> Request {
        self.request_part(bytes);
        let body = self
            .request
            .take()
            .map(|sieve| sieve.out)
            .unwrap_or_default();
        let mut nodes = mem::take(&mut self.nodes);
        let document = read(&body, &mut nodes).map(|()| Val::new(&body, &nodes));
        self.asked = read_request(document, &self.options);
        Request {
            is_call: self.asked.is_call,
            stream: self.asked.stream,
            asked_for_usage: self.asked.asked_for_usage,
            name: self.asked.name.clone(),
        }
    }

    /// Hands out the attributes of the request, which [`Call::finish`] then no longer does.
    pub fn request_attributes(&mut self) -> Vec<(&'static str, Value)> {
        mem::take(&mut self.asked.attributes.0)
    }

    /// Says which request of a universal body was answered.
    pub fn step(&mut self, number: u32) {
        self.step = number;
    }

    /// Takes the head of the answer.
    pub fn response(&mut self, status: u16, content_type: &str) {
        self.status = status;
        self.reading.status = status;
        let has = |part: &str| {
            content_type
                .as_bytes()
                .windows(part.len())
                .any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
        };
        self.lines |= has("ndjson") || has("jsonl");
    }

    /// Takes bytes of the answer's body, cut anywhere.
    pub fn chunk(&mut self, bytes: &[u8]) -> Seen {
        let before = self.seen();
        if self.status >= 400 {
            let room = HEAD_BYTES.saturating_sub(self.head.len());
            let head = bytes.get(..room).unwrap_or(bytes);
            self.head.extend_from_slice(head);
        }
        let mut rest = bytes;
        while let ([byte, tail @ ..], Framing::Undecided) = (rest, &self.framing) {
            const MARK: &[u8] = b"\xef\xbb\xbf";
            if MARK.get(self.mark) == Some(byte) {
                self.mark += 1;
                rest = tail;
                continue;
            }
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => rest = tail,
                b'{' | b'[' => {
                    self.framing = Framing::Values(Values {
                        lines: self.lines,
                        array: *byte == b'[',
                        closed: false,
                    });
                }
                _ => self.framing = Framing::Sse(Sse::new()),
            }
        }
        let Self {
            framing,
            sieve,
            nodes,
            reading,
            ..
        } = self;
        let mut sink = |sieve: &mut Sieve| reading.document(sieve, nodes);
        match framing {
            Framing::Undecided => {}
            Framing::Sse(sse) => sse.push(rest, sieve, &mut sink),
            Framing::Values(values) => values.push(rest, sieve, &mut sink),
        }
        let after = self.seen();
        Seen {
            first_data: after.first_data && !before.first_data,
            first_token: after.first_token && !before.first_token,
            ended: after.ended && !before.ended,
            error: after.error && !before.error,
        }
    }

    fn is_stream(&self) -> bool {
        match &self.framing {
            Framing::Undecided => false,
            Framing::Sse(_) => true,
            Framing::Values(values) => (values.lines || values.array) && self.asked.stream,
        }
    }

    fn seen(&self) -> Seen {
        let is_stream = self.is_stream();
        let answer = &self.reading.answer;
        Seen {
            first_data: is_stream && self.reading.documents > 0,
            first_token: is_stream && answer.token,
            ended: self.reading.done || answer.ended,
            error: answer.fault.is_some(),
        }
    }

    /// Ends the call.
    #[must_use]
    pub fn finish(mut self, end: End) -> Finished {
        let Self {
            framing,
            sieve,
            nodes,
            reading,
            ..
        } = &mut self;
        let mut sink = |sieve: &mut Sieve| reading.document(sieve, nodes);
        match framing {
            Framing::Undecided => {}
            Framing::Sse(sse) => sse.end(sieve, &mut sink),
            Framing::Values(values) => values.end(sieve, &mut sink),
        }
        let is_whole = match &self.framing {
            Framing::Undecided => false,
            Framing::Values(values) if !self.is_stream() => {
                (!values.array || values.closed) && self.reading.skipped == 0
            }
            _ => {
                self.reading.done
                    || self.reading.answer.ended
                    || self.reading.answer.choices.is_finished()
            }
        };
        let incomplete = !is_whole && end != End::Cancelled && self.status < 400;
        let answer = self.reading.answer;
        let mut error = answer.fault.clone();
        if error.is_none() && self.status >= 400 {
            error = Some(fault_of_status(self.status, &self.head));
        }
        let fits = answer.fits || self.options.known_host;
        let mut attributes = self.asked.attributes;
        if answer.cut {
            attributes.set("laminar.output_cut", Value::Bool(true));
        }
        if self.reading.skipped > 0 {
            attributes.set(
                "laminar.skipped_events",
                Value::Int(i64::from(self.reading.skipped)),
            );
        }
        record(answer, &mut attributes);
        if incomplete {
            attributes.set("laminar.incomplete", Value::Bool(true));
        }
        if let Some(error) = &error {
            attributes.text("error.type", &error.kind);
        }
        Finished {
            name: self.asked.name,
            attributes: attributes.0,
            error,
            incomplete,
            fits,
        }
    }

    /// Returns about how many bytes the call keeps.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let request = self
            .request
            .as_ref()
            .map_or(0, |sieve| sieve.out.capacity());
        self.sieve.out.capacity()
            + request
            + self.nodes.capacity() * size_of::<Node>()
            + (MAX_OUTPUT_BYTES - self.reading.answer.room.min(MAX_OUTPUT_BYTES))
    }
}

fn record(answer: Answer, attributes: &mut Attributes) {
    answer.record(attributes);
}

impl Reading {
    /// Takes the document in the sieve.
    fn document(&mut self, sieve: &mut Sieve, nodes: &mut Vec<Node>) {
        if self.done {
            return;
        }
        if sieve.over {
            self.skipped += 1;
            return;
        }
        if sieve.out.trim_ascii_start().starts_with(b"[DONE]") {
            self.done = true;
            self.documents += 1;
            return;
        }
        if read(&sieve.out, nodes).is_none() {
            self.skipped += 1;
            return;
        }
        self.documents += 1;
        let document = Val::new(&sieve.out, nodes);
        if self.status >= 400 {
            self.answer.fault = fault_in(document, self.status);
            return;
        }
        self.answer.take(document);
    }
}
