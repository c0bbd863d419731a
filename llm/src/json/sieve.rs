//! What of a document is kept while its bytes arrive: inline media and vectors never are, so that a
//! document needs no more memory than its words.

use crate::json::text::{append, copied, find_special, is_blank, is_word, split_at};
use crate::json::write::push_int;

/// Media below this size are always kept, because shorter text may be ordinary words.
const LEAST_MEDIA_BYTES: usize = 512;
/// The head of a data URL ends within so many bytes.
const DATA_URL_HEAD_BYTES: usize = 256;
/// What stays allocated between two documents.
const RESTING_BYTES: usize = 64 << 10;

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// Between tokens, or in a number or word.
    Outside,
    /// In a string, or behind a backslash in it.
    Text { escaped: bool },
    /// Behind the bracket of an array that may be a vector.
    Opened,
    /// In a vector, whose numbers are left out.
    Vector,
}

/// Collects one document. It takes bytes cut anywhere, and text that is no JSON as it is.
#[derive(Debug)]
pub(crate) struct Sieve {
    /// What is kept so far.
    pub(crate) out: Vec<u8>,
    /// Whether there was more to keep than allowed. `out` is empty then.
    pub(crate) over: bool,
    /// Whether `out` is a document that was not looked through, because it is too short for media.
    pub(crate) rough: bool,
    max_bytes: usize,
    /// Strings of media that are longer are left out.
    pub(crate) media_bytes: usize,
    state: State,
    depth: u32,
    /// Where the string that is being read begins in `out`.
    text_start: usize,
    /// Whether that string has been looked at: it is media or it is not.
    judged: bool,
    /// Bytes of that string if it is media.
    left_out: usize,
    media_type: Vec<u8>,
    /// Whether the last string was a key that holds vectors, if it was a key.
    names_vectors: bool,
    /// The depth of the object whose member holds vectors; 0 outside of one.
    vectors: u32,
}

impl Sieve {
    /// Keeps at most `max_bytes` of a document.
    pub(crate) const fn new(max_bytes: usize) -> Self {
        Self {
            out: Vec::new(),
            over: false,
            rough: false,
            max_bytes,
            media_bytes: LEAST_MEDIA_BYTES,
            state: State::Outside,
            depth: 0,
            text_start: 0,
            judged: false,
            left_out: 0,
            media_type: Vec::new(),
            names_vectors: false,
            vectors: 0,
        }
    }

    /// Keeps strings of media up to so many bytes.
    pub(crate) fn keep_media(&mut self, bytes: usize) {
        self.media_bytes = bytes.max(LEAST_MEDIA_BYTES);
    }

    /// Begins the next document.
    pub(crate) fn clear(&mut self) {
        self.out.clear();
        if self.out.capacity() > RESTING_BYTES {
            self.out = Vec::new();
        }
        self.over = false;
        self.rough = false;
        self.state = State::Outside;
        self.depth = 0;
        self.left_out = 0;
        self.names_vectors = false;
        self.vectors = 0;
    }

    /// Keeps at most this many bytes of a document from now on.
    pub(crate) fn allow(&mut self, max_bytes: usize) {
        self.max_bytes = max_bytes;
    }

    /// Whether nothing of a document has arrived.
    pub(crate) fn is_empty(&self) -> bool {
        self.out.is_empty() && !self.over
    }

    /// Takes bytes, whatever ends in them.
    pub(crate) fn push_all(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (taken, _) = self.push(rest);
            rest = rest.get(taken..).unwrap_or_default();
        }
    }

    /// Takes the whole of a document. If it is short, it is kept as it is until somebody asks for more.
    pub(crate) fn push_document(&mut self, bytes: &[u8]) {
        if bytes.len() > self.media_bytes.min(self.max_bytes) {
            self.push_all(bytes);
            return;
        }
        append(&mut self.out, bytes);
        self.rough = true;
    }

    /// Leaves out of a short document what is to be left out: vectors, for media it has none.
    pub(crate) fn refine(&mut self) {
        let bytes = core::mem::take(&mut self.out);
        self.clear();
        self.push_all(&bytes);
    }

    /// Takes bytes up to the end of an array or object that is in no other. Returns how many, and
    /// whether it got there.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> (usize, bool) {
        // Bytes before `at` are read, those before `from` are kept or left out.
        let (mut at, mut from) = (0, 0);
        let mut ended = false;
        while let (Some(byte), false) = (bytes.get(at).copied(), ended) {
            match self.state {
                State::Text { escaped: false } if !matches!(byte, b'"' | b'\\') => {
                    // A control character is passed over, and the search goes on behind it.
                    let rest = bytes.get(at + 1..).unwrap_or_default();
                    let end = at + 1 + find_special(rest, b'"', b'\\');
                    from = self.text(bytes, from, at, end);
                    at = end;
                    continue;
                }
                State::Text { escaped } => {
                    if byte == b'"' && !escaped {
                        from = self.end_text(bytes, from, at);
                    } else {
                        from = self.text(bytes, from, at, at + 1);
                        self.state = State::Text { escaped: !escaped };
                    }
                }
                State::Vector if byte != b']' => from = at + 1,
                State::Opened if matches!(byte, b'-' | b'0'..=b'9') => {
                    self.keep(bytes.get(from..at).unwrap_or_default());
                    from = at + 1;
                    self.state = State::Vector;
                }
                State::Opened if is_blank(byte) => {}
                _ => {
                    self.state = State::Outside;
                    ended = self.structure(byte, at - from);
                }
            }
            at += 1;
        }
        self.keep(bytes.get(from..at).unwrap_or_default());
        (at, ended)
    }

    /// Takes a byte outside of strings, with so many bytes before it that are not kept yet. Returns whether
    /// it ends the document.
    fn structure(&mut self, byte: u8, pending: usize) -> bool {
        match byte {
            b'"' => {
                self.state = State::Text { escaped: false };
                self.text_start = self.out.len() + pending + 1;
                self.judged = self.over;
            }
            b':' if self.names_vectors && self.vectors == 0 => self.vectors = self.depth,
            b'[' | b'{' => {
                self.depth += 1;
                if byte == b'[' && self.vectors > 0 {
                    self.state = State::Opened;
                }
            }
            b']' | b'}' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth < self.vectors {
                    self.vectors = 0;
                }
                self.names_vectors = false;
                return self.depth == 0;
            }
            b',' if self.depth == self.vectors => self.vectors = 0,
            _ if is_blank(byte) => return false,
            _ => {}
        }
        self.names_vectors = false;
        false
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.over {
            return;
        }
        if self.out.len() + bytes.len() > self.max_bytes {
            self.over = true;
            self.out = Vec::new();
            return;
        }
        append(&mut self.out, bytes);
    }

    /// Takes the bytes from `at` to `end` of a string. It is judged when it holds one byte more than media may,
    /// however its bytes are cut. Returns which bytes are not kept yet.
    fn text(&mut self, bytes: &[u8], from: usize, at: usize, end: usize) -> usize {
        if self.left_out > 0 {
            self.left_out += end - at;
            return end;
        }
        let so_far = (self.out.len() + at - from).saturating_sub(self.text_start);
        if self.judged || so_far + end - at <= self.media_bytes {
            return from;
        }
        let judged_at = (at + self.media_bytes + 1).saturating_sub(so_far);
        self.keep(bytes.get(from..judged_at).unwrap_or_default());
        self.judged = true;
        let text = self.out.get(self.text_start..).unwrap_or_default();
        let Some(media_type) = media_type(text).filter(|_| !text.is_empty()) else {
            return judged_at;
        };
        self.media_type = copied(media_type);
        self.left_out = text.len() + end - judged_at;
        self.out.truncate(self.text_start);
        end
    }

    fn end_text(&mut self, bytes: &[u8], from: usize, at: usize) -> usize {
        self.state = State::Outside;
        self.keep(bytes.get(from..at).unwrap_or_default());
        if self.left_out > 0 {
            let mut stub = copied(b"[");
            append(&mut stub, &self.media_type);
            append(&mut stub, b", ");
            // Four letters of base64 are three bytes.
            push_int((self.left_out as u64) / 4 * 3, &mut stub);
            append(&mut stub, b" bytes, not recorded]");
            self.keep(&stub);
            self.left_out = 0;
        }
        let text = self.out.get(self.text_start..).unwrap_or_default();
        self.names_vectors = self.depth <= 2 && is_word(text, "data embedding embeddings");
        at
    }
}

/// Returns what kind of media a string holds, judged by its beginning, or `None` for words.
fn media_type(text: &[u8]) -> Option<&[u8]> {
    if let Some(url) = text.strip_prefix(b"data:") {
        let head = url.get(..DATA_URL_HEAD_BYTES).unwrap_or(url);
        let (head, _) = split_at(head, b',');
        return Some(split_at(head, b';').0);
    }
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        let is_base64 = match byte {
            // A slash may be escaped, and lines broken.
            b'\\' => matches!(bytes.next(), None | Some(b'/' | b'n' | b'r')),
            _ => byte.is_ascii_alphanumeric() || b"+/=-_".contains(byte),
        };
        if !is_base64 {
            return None;
        }
    }
    Some(b"base64")
}
