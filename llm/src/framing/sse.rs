//! Server-sent events, of which only the data matters: providers repeat the name of an event in it.

use crate::json::{find_special, Sieve};

const DATA: &[u8] = b"data";
/// The name of a field is not `data`.
const OTHER_NAME: u8 = 0xff;

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// In the name of a field.
    Name,
    /// Behind the colon of `data`, where one space counts for nothing.
    Colon,
    Data,
    /// In a comment or in a field of no interest.
    Other,
}

/// Reads lines that end with LF, CRLF or CR.
#[derive(Debug)]
pub(crate) struct Sse {
    state: State,
    /// How many bytes of a name have been read that are those of `data`; [`OTHER_NAME`] if one is not.
    name: u8,
    /// The last byte was a CR: an LF now belongs to it.
    after_return: bool,
    /// The event has a line of data, so a further one is joined to it by LF.
    has_data: bool,
}

impl Sse {
    pub(crate) const fn new() -> Self {
        Self {
            state: State::Name,
            name: 0,
            after_return: false,
            has_data: false,
        }
    }

    /// Takes bytes up to the end of an event with data. Returns what is left behind it.
    #[inline(never)]
    pub(crate) fn push<'b>(&mut self, bytes: &'b [u8], sieve: &mut Sieve) -> Option<&'b [u8]> {
        let mut rest = bytes;
        while let [byte, tail @ ..] = rest {
            let after_return = core::mem::take(&mut self.after_return);
            if matches!(byte, b'\n' | b'\r') {
                self.after_return = *byte == b'\r';
                if (*byte == b'\r' || !after_return) && self.end_line(sieve) {
                    return Some(tail);
                }
            } else if self.state == State::Name {
                if *byte != b':' {
                    let is_next = DATA.get(usize::from(self.name)) == Some(byte);
                    self.name = if is_next { self.name + 1 } else { OTHER_NAME };
                } else if usize::from(self.name) == DATA.len() {
                    self.begin_data(sieve, State::Colon);
                } else {
                    self.state = State::Other;
                }
            } else if self.state == State::Colon && *byte == b' ' {
                self.state = State::Data;
            } else {
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
            rest = tail;
        }
        None
    }

    /// Ends the event that no empty line has ended, as providers' own clients do. Returns whether there is one.
    pub(crate) fn end(&mut self, sieve: &mut Sieve) -> bool {
        self.end_line(sieve) || self.end_line(sieve)
    }

    fn begin_data(&mut self, sieve: &mut Sieve, state: State) {
        if self.has_data {
            sieve.push_all(b"\n");
        }
        self.has_data = true;
        self.state = state;
    }

    /// Ends a line. Returns whether it ends an event with data.
    #[inline(never)]
    fn end_line(&mut self, sieve: &mut Sieve) -> bool {
        let mut ended = false;
        if self.state == State::Name {
            ended = self.name == 0 && core::mem::take(&mut self.has_data);
            // A line without a colon is a field without a value.
            if usize::from(self.name) == DATA.len() {
                self.begin_data(sieve, State::Data);
            }
        }
        self.state = State::Name;
        self.name = 0;
        ended
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
