//! Server-sent events, of which only the data matters: providers repeat the name of an event in it.

use crate::framing::sink::Sink;
use crate::json::{find_special, Sieve};

const DATA: &[u8] = b"data";

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// In the name of a field, of which so many bytes have been read and are those of `data` if `fits`.
    Name {
        len: usize,
        fits: bool,
    },
    /// Behind the colon of `data`, where one space counts for nothing.
    Colon,
    Data,
    /// In a comment or in a field of no interest.
    Other,
}

const LINE_START: State = State::Name { len: 0, fits: true };
const DATA_LINE: State = State::Name { len: 4, fits: true };

/// Reads lines that end with LF, CRLF or CR.
#[derive(Debug)]
pub(crate) struct Sse {
    state: State,
    /// The last byte was a CR: an LF now belongs to it.
    after_return: bool,
    /// The event has a line of data, so a further one is joined to it by LF.
    has_data: bool,
}

impl Sse {
    pub(crate) fn new() -> Self {
        Self {
            state: LINE_START,
            after_return: false,
            has_data: false,
        }
    }

    /// Takes bytes, and hands each event with data to `sink`.
    pub(crate) fn push(&mut self, bytes: &[u8], sieve: &mut Sieve, sink: Sink<'_>) {
        let mut rest = bytes;
        while let [byte, tail @ ..] = rest {
            let after_return = core::mem::take(&mut self.after_return);
            if *byte == b'\n' && after_return {
                rest = tail;
                continue;
            }
            if matches!(byte, b'\n' | b'\r') {
                self.after_return = *byte == b'\r';
                self.end_line(sieve, sink);
                rest = tail;
                continue;
            }
            match self.state {
                State::Name { len, fits } => {
                    self.state = match (byte, fits && len == DATA.len()) {
                        (b':', true) => self.begin_data(sieve, State::Colon),
                        (b':', false) => State::Other,
                        _ => State::Name {
                            len: len.saturating_add(1),
                            fits: fits && DATA.get(len) == Some(byte),
                        },
                    };
                }
                State::Colon if *byte == b' ' => self.state = State::Data,
                State::Colon | State::Data | State::Other => {
                    let end = line_end(rest);
                    let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
                    if self.state != State::Other {
                        self.state = State::Data;
                        // Most events are one line, and come whole.
                        if sieve.is_empty() && behind.starts_with(b"\n\n") {
                            sieve.push_document(line);
                        } else {
                            sieve.push_all(line);
                        }
                    }
                    rest = behind;
                    continue;
                }
            }
            rest = tail;
        }
    }

    /// Takes the event that no empty line has ended, as providers' own clients do.
    pub(crate) fn end(&mut self, sieve: &mut Sieve, sink: Sink<'_>) {
        self.end_line(sieve, sink);
        self.end_line(sieve, sink);
    }

    fn begin_data(&mut self, sieve: &mut Sieve, state: State) -> State {
        if self.has_data {
            sieve.push_all(b"\n");
        }
        self.has_data = true;
        state
    }

    fn end_line(&mut self, sieve: &mut Sieve, sink: Sink<'_>) {
        if self.state == LINE_START && core::mem::take(&mut self.has_data) {
            sink(sieve);
            sieve.clear();
        }
        // A line without a colon is a field without a value.
        if self.state == DATA_LINE {
            self.begin_data(sieve, State::Data);
        }
        self.state = LINE_START;
    }
}

fn line_end(bytes: &[u8]) -> usize {
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        at += find_special(rest, b'\n', b'\r');
        match bytes.get(at) {
            None | Some(b'\n' | b'\r') => return at,
            _ => at += 1,
        }
    }
}
