//! What of a document is kept while its bytes arrive: inline media and vectors never are, so that a
//! document needs no more memory than its words.

use crate::json::write::push_int;

/// Media below this are kept whatever the limit: shorter text may be a word of somebody's.
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
    max_bytes: usize,
    media_bytes: usize,
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
    /// Keeps at most `max_bytes` of a document, and strings of media up to `media_bytes`.
    pub(crate) fn new(max_bytes: usize, media_bytes: usize) -> Self {
        Self {
            out: Vec::new(),
            over: false,
            max_bytes,
            media_bytes: media_bytes.max(LEAST_MEDIA_BYTES),
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

    /// Begins the next document.
    pub(crate) fn clear(&mut self) {
        self.out.clear();
        if self.out.capacity() > RESTING_BYTES {
            self.out = Vec::new();
        }
        self.over = false;
        self.state = State::Outside;
        self.depth = 0;
        self.left_out = 0;
        self.names_vectors = false;
        self.vectors = 0;
    }

    /// Allows this many bytes from now on.
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

    /// Takes bytes up to the end of an array or object that is in no other. Returns how many, and
    /// whether it got there.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut rest = bytes;
        while let [byte, tail @ ..] = rest {
            match self.state {
                State::Text { escaped: false } => {
                    let run = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
                    let (text, behind) = rest
                        .split_at_checked(run.unwrap_or(rest.len()))
                        .unwrap_or((rest, &[]));
                    self.text(text);
                    rest = match behind {
                        [b'"', tail @ ..] => {
                            self.end_text();
                            tail
                        }
                        [backslash, tail @ ..] => {
                            self.text(&[*backslash]);
                            self.state = State::Text { escaped: true };
                            tail
                        }
                        [] => behind,
                    };
                    continue;
                }
                State::Text { escaped: true } => {
                    self.text(&[*byte]);
                    self.state = State::Text { escaped: false };
                }
                State::Vector if *byte != b']' => {}
                State::Opened if matches!(byte, b'-' | b'0'..=b'9') => self.state = State::Vector,
                State::Opened if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') => {}
                _ => {
                    self.state = State::Outside;
                    if self.structure(*byte) {
                        return (bytes.len() - tail.len(), true);
                    }
                }
            }
            rest = tail;
        }
        (bytes.len(), false)
    }

    /// Takes a byte outside of strings. Returns whether it ends the document.
    fn structure(&mut self, byte: u8) -> bool {
        self.keep(&[byte]);
        match byte {
            b'"' => {
                self.state = State::Text { escaped: false };
                self.text_start = self.out.len();
                self.judged = false;
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
            b' ' | b'\t' | b'\n' | b'\r' => return false,
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
        self.out.extend_from_slice(bytes);
    }

    /// Takes bytes of a string. It is judged when it holds one byte more than media may, however its
    /// bytes are cut.
    fn text(&mut self, text: &[u8]) {
        if self.left_out > 0 {
            self.left_out += text.len();
            return;
        }
        let room = (self.text_start + self.media_bytes).saturating_sub(self.out.len());
        if self.judged || text.len() <= room {
            self.keep(text);
            return;
        }
        let (front, back) = text.split_at_checked(room + 1).unwrap_or((text, &[]));
        self.keep(front);
        self.judged = true;
        let so_far = self.out.get(self.text_start..).unwrap_or_default();
        if let Some(media_type) = media_type(so_far) {
            self.media_type = media_type.to_vec();
            self.left_out = so_far.len();
            self.out.truncate(self.text_start);
        }
        self.text(back);
    }

    fn end_text(&mut self) {
        self.state = State::Outside;
        if self.left_out > 0 {
            let mut stub = vec![b'['];
            stub.append(&mut self.media_type);
            stub.extend_from_slice(b", ");
            // Four letters of base64 are three bytes.
            push_int((self.left_out as u64) / 4 * 3, &mut stub);
            stub.extend_from_slice(b" bytes, not recorded]");
            self.keep(&stub);
            self.left_out = 0;
        }
        let text = self.out.get(self.text_start..).unwrap_or_default();
        self.names_vectors =
            self.depth <= 2 && matches!(text, b"data" | b"embedding" | b"embeddings");
        self.keep(b"\"");
    }
}

/// Returns what kind of media a string holds, judged by its beginning, or `None` for words.
fn media_type(text: &[u8]) -> Option<&[u8]> {
    if let Some(url) = text.strip_prefix(b"data:") {
        let head = url.get(..DATA_URL_HEAD_BYTES).unwrap_or(url);
        let head = head.split(|byte| *byte == b',').next()?;
        return head.split(|byte| *byte == b';').next();
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
