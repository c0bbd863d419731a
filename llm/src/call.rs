//! One call of a provider: its request, the bytes of its answer, the span at its end.

use core::mem;

use crate::formats::{read_request, take, Answer, Asked, Dialect};
use crate::framing::{decode, EventStream, Framing, Sse, Values};
use crate::json::{contains, Document, Node, Sieve, Val};
use crate::options::Options;
use crate::record::{fault_in, fault_of_status, Attributes, Fault, Value};

/// What is kept of one document, media and vectors not counted.
const MAX_DOCUMENT_BYTES: usize = 4 << 20;
/// What is kept of the output of one call.
const MAX_OUTPUT_BYTES: usize = 4 << 20;
/// Places of values that stay allocated between two documents.
const RESTING_NODES: usize = 4096;
/// What is kept of a body that is no JSON, for the message of an error.
const HEAD_BYTES: usize = 1024;

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

/// The state of a call.
#[derive(Debug)]
pub struct Call {
    options: Options,
    /// The request; several in a universal body.
    asked: Vec<Asked>,
    /// Which of them was answered.
    step: usize,
    request: Option<Sieve>,
    framing: Framing,
    lines: bool,
    frames: bool,
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
    media_limit_bytes: usize,
}

impl Call {
    /// Begins a call.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            asked: Vec::new(),
            step: 0,
            request: None,
            framing: Framing::Undecided,
            lines: false,
            frames: false,
            mark: 0,
            head: Vec::new(),
            sieve: Sieve::new(MAX_DOCUMENT_BYTES, options.media_limit_bytes),
            nodes: Vec::new(),
            reading: Reading {
                answer: Answer::new(Dialect::Unknown, MAX_OUTPUT_BYTES),
                status: 200,
                documents: 0,
                skipped: 0,
                done: false,
                media_limit_bytes: options.media_limit_bytes,
            },
            options,
        }
    }

    /// Takes bytes of the request's body; [`Call::request`] takes the last.
    pub fn request_part(&mut self, bytes: &[u8]) {
        let limit_bytes = self.options.media_limit_bytes;
        let fresh = || Sieve::new(MAX_DOCUMENT_BYTES, limit_bytes);
        self.request.get_or_insert_with(fresh).push_all(bytes);
    }

    /// Takes the rest of the request's body, and says what the request is.
    pub fn request(&mut self, bytes: &[u8]) -> Request {
        self.request_part(bytes);
        let body = self
            .request
            .take()
            .map(|sieve| sieve.out)
            .unwrap_or_default();
        let mut nodes = Vec::new();
        let document = Document::read(&body, &mut nodes);
        self.asked = read_request(document.as_ref().map(Document::root), &self.options);
        let asked = self.asked.first();
        Request {
            is_call: asked.is_some_and(|asked| asked.is_call),
            stream: asked.is_some_and(|asked| asked.stream),
            asked_for_usage: asked.is_some_and(|asked| asked.asked_for_usage),
            name: asked.map(|asked| asked.name.clone()).unwrap_or_default(),
        }
    }

    /// Reads a request whose body is not available.
    fn ask(&mut self) {
        if self.asked.is_empty() {
            self.request(&[]);
        }
    }

    /// Hands out the attributes of the request, which [`Call::finish`] then no longer does; of the first
    /// request of a universal body, whose attributes `finish` replaces if another was answered.
    pub fn request_attributes(&mut self) -> Vec<(&'static str, Value)> {
        self.ask();
        let first = self.asked.first_mut();
        first
            .map(|asked| mem::take(&mut asked.attributes.0))
            .unwrap_or_default()
    }

    /// Says which request of a universal body was answered, counted from 0.
    pub fn step(&mut self, number: u32) {
        let number = number as usize;
        self.step = if number < self.asked.len() { number } else { 0 };
    }

    /// Takes the head of the answer.
    pub fn response(&mut self, status: u16, content_type: &str) {
        self.ask();
        self.reading.status = status;
        let content_type = content_type.as_bytes();
        self.lines = contains(content_type, "ndjson") || contains(content_type, "jsonl");
        self.frames = contains(content_type, "amazon.eventstream");
        if let Some(asked) = self.asked.get(self.step) {
            self.lines |= asked.lines;
            self.reading.answer.dialect = asked.dialect;
        }
    }

    /// Takes bytes of the answer's body, cut anywhere.
    pub fn chunk(&mut self, bytes: &[u8]) -> Seen {
        let before = self.seen();
        if self.reading.status >= 400 {
            let room = HEAD_BYTES.saturating_sub(self.head.len());
            self.head
                .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        }
        let mut rest = bytes;
        while let ([byte, tail @ ..], Framing::Undecided) = (rest, &self.framing) {
            const MARK: &[u8] = b"\xef\xbb\xbf";
            if self.frames {
                self.framing = Framing::EventStream(EventStream::new());
                // The events of a model are wrapped in base64.
                self.sieve = Sieve::new(MAX_DOCUMENT_BYTES, MAX_DOCUMENT_BYTES);
            } else if MARK.get(self.mark) == Some(byte) {
                self.mark += 1;
                rest = tail;
            } else if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                rest = tail;
            } else if matches!(byte, b'{' | b'[') {
                self.framing = Framing::Values(Values {
                    lines: self.lines,
                    array: *byte == b'[',
                    closed: false,
                });
            } else {
                self.framing = Framing::Sse(Sse::new());
            }
        }
        self.reading.answer.stream = self.is_stream();
        let Self {
            framing,
            sieve,
            nodes,
            reading,
            ..
        } = self;
        let mut sink = |sieve: &mut Sieve| reading.document(sieve, nodes);
        framing.push(rest, sieve, &mut sink);
        if nodes.capacity() > RESTING_NODES {
            *nodes = Vec::new();
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
        let asked = self.asked.get(self.step);
        let asked_for = asked.is_some_and(|asked| asked.stream);
        match &self.framing {
            Framing::Undecided => false,
            Framing::Sse(_) | Framing::EventStream(_) => true,
            Framing::Values(values) => asked_for && (values.lines || values.array),
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
        self.end(end)
    }

    fn end(&mut self, end: End) -> Finished {
        self.ask();
        let is_stream = self.is_stream();
        let Self {
            framing,
            sieve,
            nodes,
            reading,
            ..
        } = self;
        let mut sink = |sieve: &mut Sieve| reading.document(sieve, nodes);
        framing.end(sieve, &mut sink);
        let mut skipped = reading.skipped;
        let marked = reading.done || reading.answer.ended || reading.answer.is_finished();
        let is_whole = match framing {
            Framing::Undecided => false,
            Framing::EventStream(stream) => {
                skipped += stream.broken;
                marked
            }
            Framing::Values(values) if values.array => values.closed,
            Framing::Values(_) if !is_stream => skipped == 0,
            _ => marked,
        };
        let status = self.reading.status;
        let incomplete = !is_whole && end != End::Cancelled && status < 400;
        let answer = &mut self.reading.answer;
        let mut error = answer.fault.take();
        if error.is_none() && status >= 400 {
            error = Some(fault_of_status(status, &self.head));
        }
        let fits = answer.fits || self.options.known_host;
        let mut name = String::new();
        let mut attributes = Attributes::default();
        if self.step < self.asked.len() {
            let asked = self.asked.swap_remove(self.step);
            name = asked.name;
            attributes = asked.attributes;
        }
        answer.record(self.options.record_outputs, &mut attributes);
        if skipped > 0 {
            attributes.set("laminar.skipped_events", Value::Int(i64::from(skipped)));
        }
        if incomplete {
            attributes.set("laminar.incomplete", Value::Bool(true));
        }
        if let Some(error) = &error {
            attributes.text("error.type", &error.kind);
        }
        Finished {
            name,
            attributes: attributes.0,
            error,
            incomplete,
            fits,
        }
    }

    /// Keeps at most this many bytes more from now on, because of what other calls keep.
    pub fn allow(&mut self, bytes: usize) {
        let half = bytes / 2;
        self.reading.answer.pieces.allowed = half;
        let document_bytes = self.sieve.out.len() + half;
        self.sieve.allow(document_bytes.min(MAX_DOCUMENT_BYTES));
        if let Some(request) = &mut self.request {
            request.allow((request.out.len() + bytes).min(MAX_DOCUMENT_BYTES));
        }
    }

    /// Returns about how many bytes the call keeps.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let request = self.request.as_ref();
        let request = request.map_or(0, |sieve| sieve.out.capacity());
        let asked = self.asked.iter().flat_map(|asked| &asked.attributes.0);
        let asked = asked.map(|(_, value)| match value {
            Value::Str(text) => text.len(),
            _ => size_of::<Value>(),
        });
        let output = MAX_OUTPUT_BYTES.saturating_sub(self.reading.answer.pieces.room);
        self.sieve.out.capacity() + request + output + asked.sum::<usize>()
    }
}

impl Reading {
    /// Takes the document in the sieve.
    fn document(&mut self, sieve: &mut Sieve, nodes: &mut Vec<Node>) {
        if self.done {
            return;
        }
        if sieve.out.trim_ascii_start().starts_with(b"[DONE]") {
            self.done = true;
            self.documents += 1;
            return;
        }
        let mut document = Document::read(&sieve.out, nodes);
        if sieve.rough && document.as_ref().is_none_or(|read| read.has_numbers) {
            sieve.refine();
            document = Document::read(&sieve.out, nodes);
        }
        let Some(document) = document else {
            self.skipped += 1;
            return;
        };
        self.documents += 1;
        let root = document.root();
        let wrapped = root.get("bytes").spelled();
        if wrapped.is_empty() {
            self.take(root);
            return;
        }
        let mut inner = Sieve::new(MAX_DOCUMENT_BYTES, self.media_limit_bytes);
        inner.push_all(&decode(wrapped));
        let mut nodes = Vec::new();
        match Document::read(&inner.out, &mut nodes) {
            Some(document) => self.take(document.root()),
            None => self.skipped += 1,
        }
    }

    fn take(&mut self, root: Val<'_>) {
        if self.status >= 400 {
            self.answer.fault = fault_in(root, self.status);
        } else {
            take(&mut self.answer, root);
        }
    }
}
