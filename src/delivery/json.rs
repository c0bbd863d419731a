//! A strict scanner of JSON that finds a few fields in a server's answer and skips the rest. A full
//! parser would be the largest part of the wasm module. To stay small, the scanner works on bytes; the
//! caller checks the UTF-8 of a string that it keeps.

/// Arrays and objects inside each other, at most.
const MAX_DEPTH: u32 = 127;

/// Reads one document, from the front. Everything is `None` from the first mistake on.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    rest: &'a [u8],
    depth: u32,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(rest: &'a [u8]) -> Self {
        Self { rest, depth: 0 }
    }

    /// Returns the byte that the next token begins with.
    #[inline(never)]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    /// Whether there is nothing left.
    pub(crate) fn at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Reads the next byte, white space included.
    #[inline(never)]
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn token(&mut self, token: u8) -> Option<()> {
        (self.peek()? == token).then(|| self.byte().map(drop))?
    }

    /// Reads an object. `member` is called behind each colon with the key as it is spelled, and
    /// reads or skips the value.
    pub(crate) fn object(
        &mut self,
        member: &mut dyn FnMut(&mut Self, &'a [u8]) -> Option<()>,
    ) -> Option<()> {
        self.list(b'{', b'}', &mut |scanner| {
            let key = scanner.string()?;
            scanner.token(b':')?;
            member(scanner, key)
        })
    }

    #[inline(never)]
    fn list(
        &mut self,
        open: u8,
        close: u8,
        item: &mut dyn FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.token(open)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        if self.peek()? != close {
            item(self)?;
            while self.peek()? != close {
                self.token(b',')?;
                item(self)?;
            }
        }
        self.depth -= 1;
        self.token(close)
    }

    /// Reads a string, without its quotes and with its escapes: see [`unescape`].
    #[inline(never)]
    pub(crate) fn string(&mut self) -> Option<&'a [u8]> {
        self.token(b'"')?;
        let text = self.rest;
        loop {
            match self.byte()? {
                b'"' => return text.get(..text.len() - self.rest.len() - 1),
                b'\\' => match self.byte()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => self.rest = hex(self.rest)?.1,
                    _ => return None,
                },
                0..0x20 => return None,
                _ => {}
            }
        }
    }

    /// Reads a number, as it is spelled.
    #[inline(never)]
    pub(crate) fn number(&mut self) -> Option<&'a [u8]> {
        self.peek()?;
        let text = self.rest;
        self.one_of(b"-");
        if !self.one_of(b"0") {
            self.digits()?;
        }
        if self.one_of(b".") {
            self.digits()?;
        }
        if self.one_of(b"eE") {
            self.one_of(b"+-");
            self.digits()?;
        }
        text.get(..text.len() - self.rest.len())
    }

    #[inline(never)]
    fn one_of(&mut self, bytes: &[u8]) -> bool {
        let found = self.rest.first().is_some_and(|byte| bytes.contains(byte));
        if found {
            self.byte();
        }
        found
    }

    #[inline(never)]
    fn digits(&mut self) -> Option<()> {
        let before = self.rest.len();
        while self.one_of(b"0123456789") {}
        (self.rest.len() < before).then_some(())
    }

    /// Skips any value.
    #[inline(never)]
    pub(crate) fn skip(&mut self) -> Option<()> {
        match self.peek()? {
            b'{' => self.object(&mut |scanner, _| scanner.skip()),
            b'[' => self.list(b'[', b']', &mut Self::skip),
            b'"' => self.string().map(drop),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number().map(drop),
        }
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }
}

/// Resolves the escapes of a string that [`Scanner::string`] read, up to the character that fills
/// `max_bytes`.
#[inline(never)]
pub(crate) fn unescape(spelled: &[u8], max_bytes: usize) -> Vec<u8> {
    let mut text = Vec::new();
    let mut rest = spelled;
    while let ([first, tail @ ..], true) = (rest, text.len() < max_bytes) {
        rest = tail;
        let ([escape, tail @ ..], b'\\') = (tail, *first) else {
            text.push(*first);
            continue;
        };
        rest = tail;
        match *escape {
            b'b' => text.push(0x08),
            b'f' => text.push(0x0c),
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'u' => {
                let (point, tail) = code_point(tail);
                text.extend_from_slice(point.encode_utf8(&mut [0; 4]).as_bytes());
                rest = tail;
            }
            itself => text.push(itself),
        }
    }
    text
}

/// Reads the character of one `\u` escape, or of two for a character beyond 16 bits. Half of such a
/// pair becomes U+FFFD.
fn code_point(rest: &[u8]) -> (char, &[u8]) {
    let (unit, rest) = hex(rest).unwrap_or((0xfffd, &[]));
    let low = rest.strip_prefix(b"\\u").and_then(hex);
    match (unit, low) {
        (0xd800..0xdc00, Some((low @ 0xdc00..0xe000, rest))) => {
            let point = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            (valid(point), rest)
        }
        _ => (valid(unit), rest),
    }
}

fn valid(point: u32) -> char {
    char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Reads four hexadecimal digits. Returns their value and what follows them.
#[inline(never)]
fn hex(text: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_first_chunk::<4>()?;
    let value = digits.iter().try_fold(0, |value, digit| {
        Some(value << 4 | char::from(*digit).to_digit(16)?)
    })?;
    Some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_valid(text: &str) -> bool {
        let mut scanner = Scanner::new(text.as_bytes());
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
            assert_eq!(unescape(spelled.as_bytes(), 200), expected.as_bytes());
        }
        assert_eq!(unescape(b"abc", 2), b"ab");
        assert_eq!(unescape(br"a\ud83d\ude42b", 2), "a🙂".as_bytes());
    }
}
