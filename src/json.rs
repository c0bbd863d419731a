//! Just enough JSON to find a few fields in somebody else's answer: a strict scanner that skips
//! what nobody asked for. A full parser would be the largest part of the wasm.

use std::str::Chars;

/// Arrays and objects inside each other, at most.
const MAX_DEPTH: u32 = 127;

/// Reads one document, from the front. Everything is `None` from the first mistake on.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    rest: &'a str,
    depth: u32,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            depth: 0,
        }
    }

    /// The byte that the next token begins with.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.rest.bytes().next()
    }

    /// True if there is nothing left.
    pub(crate) fn at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    fn token(&mut self, token: &str) -> Option<()> {
        self.peek()?;
        self.rest = self.rest.strip_prefix(token)?;
        Some(())
    }

    /// An object: `member` is called behind each colon with the key as it is spelled, and reads
    /// or skips the value.
    pub(crate) fn object(
        &mut self,
        member: &mut dyn FnMut(&mut Self, &'a str) -> Option<()>,
    ) -> Option<()> {
        self.list(['{', '}'], &mut |scanner| {
            let key = scanner.string()?;
            scanner.token(":")?;
            member(scanner, key)
        })
    }

    fn list(
        &mut self,
        [open, close]: [char; 2],
        item: &mut dyn FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        let close = close.encode_utf8(&mut [0; 4]).to_owned();
        self.token(open.encode_utf8(&mut [0; 4]))?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        if self.token(&close).is_none() {
            item(self)?;
            while self.token(&close).is_none() {
                self.token(",")?;
                item(self)?;
            }
        }
        self.depth -= 1;
        Some(())
    }

    /// A string, without its quotes and with its escapes: see [`unescape`].
    pub(crate) fn string(&mut self) -> Option<&'a str> {
        self.token("\"")?;
        let text = self.rest;
        let mut bytes = text.bytes().enumerate();
        loop {
            match bytes.next()? {
                (at, b'"') => {
                    self.rest = text.get(at + 1..)?;
                    return text.get(..at);
                }
                (_, b'\\') => match bytes.next()?.1 {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        for _ in 0..4 {
                            bytes
                                .next()
                                .filter(|(_, digit)| digit.is_ascii_hexdigit())?;
                        }
                    }
                    _ => return None,
                },
                (_, 0..0x20) => return None,
                _ => {}
            }
        }
    }

    /// A number, as it is spelled.
    pub(crate) fn number(&mut self) -> Option<&'a str> {
        self.peek()?;
        let text = self.rest;
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let mut rest = match unsigned.strip_prefix('0') {
            Some(rest) => rest,
            None => digits(unsigned)?,
        };
        if let Some(fraction) = rest.strip_prefix('.') {
            rest = digits(fraction)?;
        }
        if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
            rest = digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))?;
        }
        self.rest = rest;
        text.get(..text.len() - rest.len())
    }

    /// Any value.
    pub(crate) fn skip(&mut self) -> Option<()> {
        match self.peek()? {
            b'{' => self.object(&mut |scanner, _| scanner.skip()),
            b'[' => self.list(['[', ']'], &mut Self::skip),
            b'"' => self.string().map(drop),
            b't' => self.token("true"),
            b'f' => self.token("false"),
            b'n' => self.token("null"),
            _ => self.number().map(drop),
        }
    }
}

/// What follows one digit or more.
fn digits(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

/// The first `max_bytes` of what a string of [`Scanner::string`] stands for, in whole characters.
pub(crate) fn unescape(spelled: &str, max_bytes: usize) -> String {
    let mut text = String::new();
    let mut chars = spelled.chars();
    while let Some(next) = character(&mut chars) {
        if text.len() + next.len_utf8() > max_bytes {
            break;
        }
        text.push(next);
    }
    text
}

fn character(chars: &mut Chars<'_>) -> Option<char> {
    match chars.next()? {
        '\\' => Some(match chars.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => code_point(chars)?,
            itself => itself,
        }),
        plain => Some(plain),
    }
}

/// A character beyond 16 bits takes two escapes; half of one is no character.
fn code_point(chars: &mut Chars<'_>) -> Option<char> {
    let unit = hex(chars)?;
    let mut ahead = chars.clone();
    if (0xd800..0xdc00).contains(&unit) && ahead.next() == Some('\\') && ahead.next() == Some('u') {
        let low = hex(&mut ahead)?;
        if (0xdc00..0xe000).contains(&low) {
            *chars = ahead;
            return char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
        }
    }
    Some(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
}

fn hex(chars: &mut Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |value, _| Some(value << 4 | chars.next()?.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_valid(text: &str) -> bool {
        let mut scanner = Scanner::new(text);
        scanner.skip().is_some() && scanner.at_end()
    }

    #[test]
    fn takes_json() {
        for text in [
            "0",
            "-0",
            " 12.50e-3\r\n",
            "1E+9",
            "true",
            "false",
            "null",
            "\"\"",
            "[]",
            "[ ]",
            "{}",
            "{ }",
            "[1,[2,{\"a\":[]}]]",
            "{\"a\" : 1 , \"b\":\"}\"}",
            "\"\\\"\\u00e9\\ud83d\"",
        ] {
            assert!(is_valid(text), "{text}");
        }
        assert!(is_valid(&["[".repeat(127), "]".repeat(127)].concat()));
    }

    #[test]
    fn takes_nothing_else() {
        for text in [
            "",
            " ",
            "00",
            "01",
            "-",
            "+1",
            ".5",
            "1.",
            "1e",
            "1e+",
            "tru",
            "nulll",
            "'a'",
            "\"",
            "\"\\",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\n\"",
            "[",
            "]",
            "[,]",
            "[1,]",
            "[1 2]",
            "{",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{1:1}",
            "[}",
            "{]",
            "\u{a0}1",
            "1 1",
        ] {
            assert!(!is_valid(text), "{text}");
        }
        assert!(!is_valid(&["[".repeat(128), "]".repeat(128)].concat()));
        assert!(!is_valid(&"[".repeat(1 << 20)));
    }

    #[test]
    fn escapes_become_what_they_stand_for() {
        for (spelled, expected) in [
            ("plain é", "plain é"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u00e9\u4e16\ud83d\ude42", "é世🙂"),
            (r"\ud83dx\ude42\ud83d\u0041", "\u{fffd}x\u{fffd}\u{fffd}A"),
        ] {
            assert_eq!(unescape(spelled, 200), expected);
        }
        assert_eq!(unescape("aé", 2), "a");
        assert_eq!(unescape(r"\ud83d\ude42", 3), "");
    }
}
