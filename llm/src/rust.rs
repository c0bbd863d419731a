//! A call as programs in Rust see it: with names as text, and attributes as values.

use crate::call::{Call, Ended, DATA, END, ERROR, TOKEN};
use crate::json::{Document, Val};
use crate::options::{Given, Options, KNOWN_HOST, RECORD_INPUTS, RECORD_OUTPUTS, STREAM};
use crate::record::Attributes;

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

/// An error of the provider's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The provider's code or type, else the HTTP status.
    pub kind: String,
    /// The provider's message; may be empty.
    pub message: String,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text; JSON where the attribute holds messages.
    Str(String),
    /// A whole number.
    Int(i64),
    /// Any other number, as JSON spells it.
    Double(String),
    /// A truth value.
    Bool(bool),
    /// Texts in order.
    StrList(Vec<String>),
}

/// What the span gets at the end of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finished {
    /// The name of the span.
    pub name: String,
    /// Attributes that were not asked for before.
    pub attributes: Vec<(String, Value)>,
    /// The provider's error.
    pub error: Option<Fault>,
    /// Whether the answer ended without its end mark.
    pub incomplete: bool,
    /// Whether the answer has a form that is known; a call to an unknown host is no span if not.
    pub fits: bool,
}

impl Call {
    /// Begins a call.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let flags = [
            (options.record_inputs, RECORD_INPUTS),
            (options.record_outputs, RECORD_OUTPUTS),
            (options.known_host, KNOWN_HOST),
            (options.stream, STREAM),
        ];
        *Self::open(Given {
            format: options.format,
            names: [options.system, options.model].join("\n").into_bytes(),
            flags: flags
                .iter()
                .filter(|(is_on, _)| *is_on)
                .map(|(_, flag)| flag)
                .sum(),
            media_limit_bytes: options.media_limit_bytes,
        })
    }

    /// Takes the rest of the request's body, and says what the request is.
    pub fn request(&mut self, bytes: &[u8]) -> Request {
        self.request_part(bytes);
        let asked = self.ask();
        Request {
            is_call: asked.as_ref().is_some_and(|asked| asked.is_call),
            stream: asked.as_ref().is_some_and(|asked| asked.stream),
            asked_for_usage: asked.as_ref().is_some_and(|asked| asked.asked_for_usage),
            name: asked.map(|asked| text(&asked.name)).unwrap_or_default(),
        }
    }

    /// Hands out the attributes of the request, which [`Call::finish`] then no longer does; of the first
    /// request of a universal body, whose attributes `finish` replaces if another was answered.
    pub fn request_attributes(&mut self) -> Vec<(String, Value)> {
        let Some(asked) = self.ask() else {
            return Vec::new();
        };
        let handed_out = values(&asked.attributes);
        asked.attributes.clear();
        handed_out
    }

    /// Takes the head of the answer.
    pub fn response(&mut self, status: u16, content_type: &str) {
        self.head(status, content_type.as_bytes());
    }

    /// Takes bytes of the answer's body, cut anywhere.
    pub fn chunk(&mut self, bytes: &[u8]) -> Seen {
        let seen = self.read(bytes);
        Seen {
            first_data: seen & DATA != 0,
            first_token: seen & TOKEN != 0,
            ended: seen & END != 0,
            error: seen & ERROR != 0,
        }
    }

    /// Ends the call.
    #[must_use]
    pub fn finish(mut self, end: End) -> Finished {
        let ended = self.end(end == End::Cancelled);
        ended.map(Finished::from).unwrap_or_default()
    }
}

impl From<Ended<'_>> for Finished {
    fn from(ended: Ended<'_>) -> Self {
        Self {
            name: text(ended.name),
            attributes: values(ended.attributes),
            error: ended.error.there().then(|| Fault {
                kind: text(&ended.error.kind),
                message: text(&ended.error.message),
            }),
            incomplete: ended.incomplete,
            fits: ended.fits,
        }
    }
}

/// Returns bytes as text; what is no UTF-8 becomes U+FFFD.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn values(attributes: &Attributes) -> Vec<(String, Value)> {
    let list = [b"[", attributes.pairs(), b"]"].concat();
    let mut nodes = Vec::new();
    let Some(document) = Document::read(&list, &mut nodes) else {
        return Vec::new();
    };
    let mut items = document.root().items();
    let pairs = core::iter::from_fn(|| {
        let key = text(items.next()?.spelled());
        Some((key, value(items.next()?)))
    });
    pairs.collect()
}

fn value(json: Val<'_>) -> Value {
    match json.first() {
        b'"' => Value::Str(text(&json.string())),
        b'[' => Value::StrList(json.items().map(|item| text(&item.string())).collect()),
        b't' | b'f' => Value::Bool(json.is_true()),
        _ => match json.int() {
            Some(number) => Value::Int(number),
            None => Value::Double(text(json.raw())),
        },
    }
}
