//! One call of a provider: its request, the bytes of its answer, the span at its end.

use core::mem;

use crate::formats::{read_request, take, Answer, Asked, Dialect};
use crate::framing::{decode, Framing, Kind};
use crate::json::{append, contains, first_in, is_blank, trim_start, Document, Node, Sieve, Val};
use crate::options::{Given, KNOWN_HOST, RECORD_OUTPUTS};
use crate::record::{fault_of_status, Attributes, Fault};

/// What is kept of one document, media and vectors not counted.
const MAX_DOCUMENT_BYTES: usize = 4 << 20;
/// What is kept of the output of one call.
const MAX_OUTPUT_BYTES: usize = 4 << 20;
/// Places of values that stay allocated between two documents.
const RESTING_NODES: usize = 4096;
/// What is kept of a body that is no JSON, for the message of an error.
const HEAD_BYTES: usize = 1024;

/// What the span gets at the end of a call.
#[derive(Debug)]
pub(crate) struct Ended<'c> {
    /// The name of the span.
    pub(crate) name: &'c [u8],
    /// Attributes that were not asked for before.
    pub(crate) attributes: &'c Attributes,
    /// The provider's error, if there is one.
    pub(crate) error: &'c Fault,
    /// Whether the answer ended without its end mark.
    pub(crate) incomplete: bool,
    /// Whether the answer has a form that is known; a call to an unknown host is no span if not.
    pub(crate) fits: bool,
}

/// What an answer has shown: the first document of a stream.
pub(crate) const DATA: u32 = 1;
/// Content, a call of a tool or reasoning of a stream.
pub(crate) const TOKEN: u32 = 2;
/// The mark that ends it.
pub(crate) const END: u32 = 4;
/// An error.
pub(crate) const ERROR: u32 = 8;

/// The state of a call.
#[derive(Debug)]
pub struct Call {
    given: Given,
    /// The request; several in a universal body.
    asked: Vec<Asked>,
    /// Which of them was answered.
    step: usize,
    /// Whether the head of the answer has come.
    pub(crate) answered: bool,
    framing: Framing,
    lines: bool,
    frames: bool,
    /// How much of a byte order mark has been dropped.
    mark: usize,
    head: Vec<u8>,
    /// The body of the request, then a document of the answer.
    sieve: Sieve,
    nodes: Vec<Node>,
    /// What of the answer has been told.
    told: u32,
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
    /// How long media may be in a document that was wrapped in another.
    media_bytes: usize,
}

impl Call {
    /// A call of which nothing is known. It is copied as a whole, which takes less code than setting each field.
    const EMPTY: Self = Self {
        given: Given::NOTHING,
        asked: Vec::new(),
        step: 0,
        answered: false,
        framing: Framing::new(),
        lines: false,
        frames: false,
        mark: 0,
        head: Vec::new(),
        sieve: Sieve::new(MAX_DOCUMENT_BYTES),
        nodes: Vec::new(),
        told: 0,
        reading: Reading {
            answer: Answer::new(Dialect::Unknown, MAX_OUTPUT_BYTES),
            status: 200,
            documents: 0,
            skipped: 0,
            done: false,
            media_bytes: 0,
        },
    };

    /// Begins a call.
    pub(crate) fn open(given: Given) -> Box<Self> {
        let mut call = Box::new(Self::EMPTY);
        call.sieve.keep_media(given.media_limit_bytes);
        call.reading.media_bytes = call.sieve.media_bytes;
        call.given = given;
        call
    }

    /// Takes bytes of the request's body, which may be cut anywhere; [`Call::request`] takes the last.
    pub fn request_part(&mut self, bytes: &[u8]) {
        self.sieve.push_all(bytes);
    }

    /// Reads what has come of the request's body, unless that was read before. Returns the first request.
    pub(crate) fn ask(&mut self) -> Option<&mut Asked> {
        if self.asked.is_empty() {
            let nothing = Document::nothing();
            let document = Document::read(&self.sieve.out, &mut self.nodes);
            let body = document.as_ref().map_or(nothing.none(), Document::root);
            read_request(body, &self.given, &mut self.asked);
            self.sieve.clear();
        }
        self.asked.first_mut()
    }

    /// Says which request of a universal body was answered, counted from 0.
    pub fn step(&mut self, number: u32) {
        let number = number as usize;
        self.step = if number < self.asked.len() { number } else { 0 };
    }

    /// Takes the head of the answer.
    pub(crate) fn head(&mut self, status: u16, content_type: &[u8]) {
        self.ask();
        self.answered = true;
        self.reading.status = status;
        self.lines = first_in(content_type, "ndjson jsonl").is_some();
        self.frames = contains(content_type, b"amazon.eventstream");
        if let Some(asked) = self.asked.get(self.step) {
            self.lines |= asked.lines;
            self.reading.answer.dialect = asked.dialect;
        }
    }

    /// Takes bytes of the answer's body, cut anywhere. Returns what it has shown for the first time.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> u32 {
        if self.reading.status >= 400 {
            let room = HEAD_BYTES.saturating_sub(self.head.len());
            append(&mut self.head, bytes.get(..room).unwrap_or(bytes));
        }
        let mut rest = bytes;
        while let ([byte, tail @ ..], Kind::Undecided) = (rest, self.framing.kind) {
            const MARK: &[u8] = b"\xef\xbb\xbf";
            if self.frames {
                self.framing.kind = Kind::EventStream;
                // The events of a model are wrapped in base64.
                self.sieve.media_bytes = MAX_DOCUMENT_BYTES;
            } else if MARK.get(self.mark) == Some(byte) {
                self.mark += 1;
                rest = tail;
            } else if is_blank(*byte) {
                rest = tail;
            } else if *byte == b'{' || *byte == b'[' {
                self.framing.kind = Kind::Values;
                self.framing.values.lines = self.lines;
                self.framing.values.array = *byte == b'[';
            } else {
                self.framing.kind = Kind::Sse;
            }
        }
        self.reading.answer.stream = self.is_stream();
        while let Some(left) = self.framing.push(rest, &mut self.sieve) {
            rest = left;
            self.document();
        }
        if self.nodes.capacity() > RESTING_NODES {
            self.nodes = Vec::new();
        }
        let answer = &self.reading.answer;
        let mut seen = 0;
        if answer.stream && self.reading.documents > 0 {
            seen |= DATA;
        }
        if answer.stream && answer.token {
            seen |= TOKEN;
        }
        if self.reading.done || answer.ended {
            seen |= END;
        }
        if answer.fault.there() {
            seen |= ERROR;
        }
        let new = seen & !self.told;
        self.told |= seen;
        new
    }

    /// Takes the document in the sieve.
    #[inline(never)]
    fn document(&mut self) {
        self.reading.document(&mut self.sieve, &mut self.nodes);
        self.sieve.clear();
    }

    fn is_stream(&self) -> bool {
        let asked = self.asked.get(self.step);
        let asked_for = asked.is_some_and(|asked| asked.stream);
        match self.framing.kind {
            Kind::Undecided => false,
            Kind::Sse | Kind::EventStream => true,
            Kind::Values => asked_for && (self.framing.values.lines || self.framing.values.array),
        }
    }

    /// Ends the call.
    pub(crate) fn end(&mut self, is_cancelled: bool) -> Option<Ended<'_>> {
        self.ask();
        let is_stream = self.is_stream();
        if self.framing.end(&mut self.sieve) {
            self.document();
        }
        let (framing, reading) = (&self.framing, &self.reading);
        let skipped = reading.skipped + framing.frames.broken;
        let marked = reading.done || reading.answer.ended || reading.answer.is_finished();
        let is_whole = match framing.kind {
            Kind::Undecided => false,
            Kind::Values if framing.values.array => framing.values.closed,
            Kind::Values if !is_stream => skipped == 0,
            _ => marked,
        };
        let status = self.reading.status;
        let incomplete = !is_whole && !is_cancelled && status < 400;
        let answer = &mut self.reading.answer;
        if status >= 400 && !answer.fault.there() {
            fault_of_status(status, &self.head, &mut answer.fault);
        }
        let asked = self.asked.get_mut(self.step)?;
        let attributes = &mut asked.attributes;
        answer.record(self.given.has(RECORD_OUTPUTS), attributes);
        if skipped > 0 {
            attributes.count(b"laminar.skipped_events", u64::from(skipped));
        }
        if incomplete {
            attributes.raw(b"laminar.incomplete", b"true");
        }
        attributes.text(b"error.type", &answer.fault.kind);
        Some(Ended {
            name: &asked.name,
            attributes,
            error: &answer.fault,
            incomplete,
            fits: answer.fits || self.given.has(KNOWN_HOST),
        })
    }

    /// Keeps at most this many bytes more from now on, because of what other calls keep.
    pub fn allow(&mut self, bytes: usize) {
        let half = bytes / 2;
        self.reading.answer.pieces.allowed = half;
        let document_bytes = self.sieve.out.len() + half;
        self.sieve.allow(document_bytes.min(MAX_DOCUMENT_BYTES));
    }

    /// Returns about how many bytes the call keeps.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let output = MAX_OUTPUT_BYTES.saturating_sub(self.reading.answer.pieces.room);
        let asked: usize = self
            .asked
            .iter()
            .map(|asked| asked.attributes.pairs().len())
            .sum();
        self.sieve.out.capacity() + output + asked
    }
}

impl Reading {
    /// Takes the document in the sieve.
    fn document(&mut self, sieve: &mut Sieve, nodes: &mut Vec<Node>) {
        if self.done {
            return;
        }
        if trim_start(&sieve.out).starts_with(b"[DONE]") {
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
        let wrapped = document.root().get("bytes").spelled();
        if wrapped.is_empty() {
            self.take(document.root());
            return;
        }
        let inner = decode(wrapped);
        sieve.clear();
        let media_bytes = mem::replace(&mut sieve.media_bytes, self.media_bytes);
        sieve.push_all(&inner);
        sieve.media_bytes = media_bytes;
        match Document::read(&sieve.out, nodes) {
            Some(document) => self.take(document.root()),
            None => self.skipped += 1,
        }
    }

    fn take(&mut self, root: Val<'_>) {
        if self.status >= 400 {
            self.answer.fail(root, self.status);
        } else {
            take(&mut self.answer, root);
        }
    }
}
