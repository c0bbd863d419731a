//! `application/vnd.amazon.eventstream`: frames of headers and a payload, each with checksums.

use crate::json::{append, is_word, Sieve, Writer};

/// Length of the frame, length of its headers, checksum of both.
const PRELUDE_BYTES: usize = 12;
const CHECKSUM_BYTES: usize = 4;
/// What the standard allows.
const MAX_FRAME_BYTES: usize = 24 << 20;
const MAX_HEADER_BYTES: usize = 128 << 10;
/// The type of a header that is text.
const TEXT: u8 = 7;

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Prelude,
    Headers,
    Payload,
    Checksum,
    /// A length cannot be trusted, so no frame can be found any more.
    Lost,
}

/// Reads frames.
#[derive(Debug)]
pub(crate) struct EventStream {
    state: State,
    /// Bytes that are still missing of what is being read.
    missing: usize,
    payload_bytes: usize,
    /// The prelude, the headers and the checksum, as far as they came.
    part: Vec<u8>,
    checksum: u32,
    /// Frames whose checksum is wrong.
    pub(crate) broken: u32,
}

impl EventStream {
    pub(crate) const fn new() -> Self {
        Self {
            state: State::Prelude,
            missing: PRELUDE_BYTES,
            payload_bytes: 0,
            part: Vec::new(),
            checksum: 0,
            broken: 0,
        }
    }

    /// Takes bytes up to the end of a frame with a payload. Returns what is left behind it.
    #[inline(never)]
    pub(crate) fn push<'b>(&mut self, bytes: &'b [u8], sieve: &mut Sieve) -> Option<&'b [u8]> {
        let mut rest = bytes;
        while !rest.is_empty() && self.state != State::Lost {
            let (front, back) = rest.split_at_checked(self.missing).unwrap_or((rest, &[]));
            rest = back;
            self.missing -= front.len();
            if self.state != State::Checksum {
                self.checksum = checksum(self.checksum, front);
            }
            if self.state == State::Payload {
                sieve.push_all(front);
            } else {
                append(&mut self.part, front);
            }
            while self.missing == 0 && self.state != State::Lost {
                if self.step(sieve) {
                    return Some(rest);
                }
            }
        }
        None
    }

    /// Ends what has come whole. Returns whether that is a frame with a payload.
    fn step(&mut self, sieve: &mut Sieve) -> bool {
        match self.state {
            State::Prelude => {
                let total = number(&self.part, 0) as usize;
                let headers = number(&self.part, 4) as usize;
                let said = number(&self.part, 8);
                let is_right = checksum(0, self.part.get(..8).unwrap_or_default()) == said;
                let fits = total <= MAX_FRAME_BYTES
                    && headers <= MAX_HEADER_BYTES
                    && total >= headers + PRELUDE_BYTES + CHECKSUM_BYTES;
                self.state = State::Headers;
                self.missing = headers;
                if is_right && fits {
                    self.payload_bytes = total - headers - PRELUDE_BYTES - CHECKSUM_BYTES;
                } else {
                    self.broken += 1;
                    self.state = State::Lost;
                }
            }
            State::Headers => {
                self.state = State::Payload;
                self.missing = self.payload_bytes;
            }
            State::Payload => {
                self.state = State::Checksum;
                self.missing = CHECKSUM_BYTES;
            }
            State::Checksum | State::Lost => {
                let end = self.part.len().saturating_sub(CHECKSUM_BYTES);
                let is_right = self.checksum == number(&self.part, end);
                self.part.truncate(end);
                if is_right {
                    self.end_frame(sieve);
                } else {
                    self.broken += 1;
                    sieve.clear();
                }
                self.part.clear();
                self.checksum = 0;
                self.state = State::Prelude;
                self.missing = PRELUDE_BYTES;
                return !sieve.is_empty();
            }
        }
        false
    }

    /// Makes an exception an error in the words of other providers.
    fn end_frame(&self, sieve: &mut Sieve) {
        let headers = self.part.get(PRELUDE_BYTES..).unwrap_or_default();
        let kind = header(headers, ":message-type");
        if is_word(kind, "exception error") {
            let mut writer = Writer::default();
            let code = header(headers, ":error-code :exception-type");
            let message = header(headers, ":error-message");
            writer.raw(b"{\"type\":\"error\",\"code\":").string(code);
            writer.key("message");
            if sieve.out.is_empty() {
                writer.string(message);
            } else {
                writer.raw(&sieve.out);
            }
            writer.close(b'}');
            sieve.out = writer.out;
        }
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    let bytes = bytes.get(at..).and_then(|bytes| bytes.first_chunk::<4>());
    bytes.map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

/// Returns the first header that is text and has one of these names, which are joined by spaces, or nothing.
fn header<'h>(headers: &'h [u8], wanted: &str) -> &'h [u8] {
    let mut rest = headers;
    while let [len, tail @ ..] = rest {
        let Some((name, [kind, tail @ ..])) = tail.split_at_checked(usize::from(*len)) else {
            break;
        };
        // True, false, numbers of 1, 2, 4 and 8 bytes, bytes and text with their length, a time, an id.
        let (len, tail) = match (kind, tail) {
            (0 | 1, _) => (0, tail),
            (2, _) => (1, tail),
            (3, _) => (2, tail),
            (4, _) => (4, tail),
            (5 | 8, _) => (8, tail),
            (6 | 7, [high, low, tail @ ..]) => {
                (usize::from(u16::from_be_bytes([*high, *low])), tail)
            }
            (9, _) => (16, tail),
            _ => break,
        };
        let Some((value, tail)) = tail.split_at_checked(len) else {
            break;
        };
        if *kind == TEXT && is_word(name, wanted) {
            return value;
        }
        rest = tail;
    }
    &[]
}

/// CRC-32 by half bytes: a table of 64 bytes, where the usual one is 1 KiB that does not compress.
const TABLE: [u32; 16] = {
    let mut table = [0; 16];
    let mut index = 0;
    while index < 16 {
        #[expect(clippy::cast_possible_truncation, reason = "below 16")]
        let mut value = index as u32;
        let mut bit = 0;
        while bit < 4 {
            value = if value & 1 == 1 {
                value >> 1 ^ 0xedb8_8320
            } else {
                value >> 1
            };
            bit += 1;
        }
        #[expect(clippy::indexing_slicing, reason = "when compiled, and in bounds")]
        {
            table[index] = value;
        }
        index += 1;
    }
    table
};

/// Returns the checksum of what has the checksum `before` and these bytes.
fn checksum(before: u32, bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!before, |value, byte| {
        let value = value ^ u32::from(*byte);
        let half = |value: u32| {
            value >> 4
                ^ TABLE
                    .get((value & 15) as usize)
                    .copied()
                    .unwrap_or_default()
        };
        half(half(value))
    })
}
