//! A strict scanner of JSON that finds a few fields in a server's answer and skips the rest. A full
//! parser would be the largest part of the wasm module. To stay small, the scanner works on bytes; the
//! caller checks the UTF-8 of a string that it keeps.

/// Arrays and objects inside each other, at most.
const MAX_DEPTH: u32 = 127;
/// How much of a string is kept.
const MAX_STRING_BYTES: usize = 200;

/// What follows a backslash, and what it stands for.
const ESCAPES: &[u8] = b"\"\"\\\\//b\x08f\x0cn\nr\rt\t";

/// What stands at some place of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// `{`, with the members to follow.
    Object,
    /// A string, its escapes resolved, up to the character that fills 200 bytes.
    String(&'a [u8]),
    /// A number, as it is spelled.
    Number(&'a [u8]),
    /// Anything else.
    Other,
}

/// Is told of each value: the place of the object that it is a member of, the key, and the value.
/// Returns the place of the value, for the members in it. Places are the caller's numbers; 0 is the
/// document itself, which has no key.
pub(crate) type Visit<'v> = dyn FnMut(u32, &[u8], Token<'_>) -> u32 + 'v;

/// Reads one document; `None` if it is no JSON.
pub(crate) fn scan(document: &[u8], visit: &mut Visit<'_>) -> Option<()> {
    let mut scanner = Scanner {
        rest: document,
        visit,
    };
    scanner.value(0, &[], 0)?;
    scanner.peek().is_none().then_some(())
}

/// Reads from the front.
struct Scanner<'a, 'v> {
    rest: &'a [u8],
    visit: &'v mut Visit<'v>,
}

impl<'a> Scanner<'a, '_> {
    /// Returns the byte that the next token begins with.
    #[inline(never)]
    fn peek(&mut self) -> Option<u8> {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    /// Reads the next byte, white space included.
    #[inline(never)]
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    /// Reads a value.
    fn value(&mut self, parent: u32, key: &[u8], depth: u32) -> Option<()> {
        let first = self.peek()?;
        match first {
            b'{' | b'[' => {
                let is_object = first == b'{';
                let token = if is_object {
                    Token::Object
                } else {
                    Token::Other
                };
                let place = (self.visit)(parent, key, token);
                return self.members(is_object, place, depth + 1);
            }
            b'"' => {
                let text = self.string()?;
                (self.visit)(parent, key, Token::String(&text));
            }
            b't' | b'f' | b'n' => {
                let words: [&[u8]; 3] = [b"true", b"false", b"null"];
                let found = words.iter().find_map(|word| self.rest.strip_prefix(*word));
                self.rest = found?;
                (self.visit)(parent, key, Token::Other);
            }
            _ => {
                let number = self.number()?;
                (self.visit)(parent, key, Token::Number(number));
            }
        }
        Some(())
    }

    /// Reads the rest of an object or an array.
    fn members(&mut self, is_object: bool, place: u32, depth: u32) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        let close = if is_object { b'}' } else { b']' };
        self.byte();
        if self.peek()? == close {
            self.byte();
            return Some(());
        }
        loop {
            let mut key = Vec::new();
            if is_object {
                if self.peek()? != b'"' {
                    return None;
                }
                key = self.string()?;
                if self.peek()? != b':' {
                    return None;
                }
                self.byte();
            }
            self.value(place, &key, depth)?;
            let next = self.peek()?;
            self.byte();
            if next == close {
                return Some(());
            }
            if next != b',' {
                return None;
            }
        }
    }

    /// Reads a string that stands here, its escapes resolved.
    #[inline(never)]
    fn string(&mut self) -> Option<Vec<u8>> {
        self.byte();
        let mut text = Vec::new();
        loop {
            let mut char = [0; 4];
            let mut bytes = 1;
            match self.byte()? {
                b'"' => return Some(text),
                b'\\' => match self.byte()? {
                    b'u' => bytes = self.code_point()?.encode_utf8(&mut char).len(),
                    letter => {
                        let pair = |pair: &&[u8]| pair.first() == Some(&letter);
                        char[0] = *ESCAPES.chunks_exact(2).find(pair)?.last()?;
                    }
                },
                0..0x20 => return None,
                byte => char[0] = byte,
            }
            if text.len() < MAX_STRING_BYTES {
                text.extend(char.iter().take(bytes));
            }
        }
    }

    /// Reads the character of one `\u` escape, or of two for a character beyond 16 bits. Half of such
    /// a pair becomes U+FFFD.
    fn code_point(&mut self) -> Option<char> {
        let mut point = self.hex()?;
        if let (0x36, [b'\\', b'u', tail @ ..]) = (point >> 10, self.rest) {
            let rest = core::mem::replace(&mut self.rest, tail);
            let low = self.hex()?;
            if low >> 10 == 0x37 {
                point = 0x1_0000 + ((point & 0x3ff) << 10) + (low & 0x3ff);
            } else {
                self.rest = rest;
            }
        }
        Some(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Reads four hexadecimal digits.
    #[inline(never)]
    fn hex(&mut self) -> Option<u32> {
        let mut value = 0;
        for _ in 0..4 {
            value = value << 4 | char::from(self.byte()?).to_digit(16)?;
        }
        Some(value)
    }

    /// Reads a number, as it is spelled.
    fn number(&mut self) -> Option<&'a [u8]> {
        let text = self.rest;
        self.skip(b'-');
        if !self.skip(b'0') {
            self.digits()?;
        }
        if self.skip(b'.') {
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            if !self.skip(b'-') {
                self.skip(b'+');
            }
            self.digits()?;
        }
        text.get(..text.len() - self.rest.len())
    }

    /// Skips a byte, if it is this one.
    #[inline(never)]
    fn skip(&mut self, byte: u8) -> bool {
        let found = self.rest.first() == Some(&byte);
        if found {
            self.byte();
        }
        found
    }

    #[inline(never)]
    fn digits(&mut self) -> Option<()> {
        let before = self.rest.len();
        while let [b'0'..=b'9', rest @ ..] = self.rest {
            self.rest = rest;
        }
        (self.rest.len() < before).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_valid(text: &str) -> bool {
        scan(text.as_bytes(), &mut |_, _, _| 0).is_some()
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

    /// Returns the string that the document is.
    fn string(document: &str) -> Vec<u8> {
        let mut found = Vec::new();
        let scanned = scan(document.as_bytes(), &mut |_, _, token| {
            if let Token::String(text) = token {
                found = text.to_vec();
            }
            0
        });
        assert!(scanned.is_some(), "{document}");
        found
    }

    #[test]
    fn escapes_become_what_they_stand_for() {
        for (spelled, expected) in [
            ("plain é", "plain é"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u00e9\u4e16\ud83d\ude42", "é世🙂"),
            (r"\ud83dx\ude42\ud83d\u0041", "\u{fffd}x\u{fffd}\u{fffd}A"),
        ] {
            assert_eq!(string(&format!("\"{spelled}\"")), expected.as_bytes());
        }
    }

    #[test]
    fn strings_are_kept_up_to_a_length() {
        let front = "a".repeat(199);
        assert_eq!(
            string(&format!("\"{front}bc\"")),
            format!("{front}b").as_bytes()
        );
        assert_eq!(
            string(&format!("\"{front}\\ud83d\\ude42c\"")),
            format!("{front}🙂").as_bytes()
        );
    }

    #[test]
    fn values_are_told_with_their_place_and_key() {
        let document = r#"{"a":{"b":1,"c":[{"b":2}]},"d":null,"e":"x"}"#;
        let mut told = Vec::new();
        scan(document.as_bytes(), &mut |parent, key, token| {
            told.push(format!(
                "{parent} {} {token:?}",
                String::from_utf8_lossy(key)
            ));
            u32::try_from(told.len()).unwrap()
        });
        assert_eq!(
            told,
            [
                "0  Object",
                "1 a Object",
                "2 b Number([49])",
                "2 c Other",
                "4  Object",
                "5 b Number([50])",
                "1 d Other",
                "1 e String([120])",
            ]
        );
    }
}
