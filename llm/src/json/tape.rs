//! Reads a document once, into a flat list of where its values begin and end.

use crate::json::text::unescape;

/// Arrays and objects inside each other, at most.
const MAX_DEPTH: u32 = 127;
/// Values of one document, keys included: what the list of places may cost is then 3 MiB.
const MAX_NODES: usize = 1 << 18;

/// Where a value stands in the text, and which node follows its last child.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    start: u32,
    end: u32,
    next: u32,
}

/// Fills `nodes` with the values of one document. Returns `None` if it is not JSON, or too deep, or
/// has too many values.
pub(crate) fn read(text: &[u8], nodes: &mut Vec<Node>) -> Option<()> {
    nodes.clear();
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
        nodes,
    };
    reader.value()?;
    reader.blank();
    (reader.at == text.len()).then_some(())
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    depth: u32,
    nodes: &'t mut Vec<Node>,
}

impl Reader<'_> {
    fn blank(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.text.get(self.at) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<u8> {
        self.blank();
        self.text.get(self.at).copied()
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.text.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    #[inline(never)]
    fn token(&mut self, token: u8) -> Option<()> {
        (self.peek()? == token).then(|| self.at += 1)
    }

    fn value(&mut self) -> Option<()> {
        let first = self.peek()?;
        let own = self.nodes.len();
        if own >= MAX_NODES {
            return None;
        }
        let start = u32::try_from(self.at).ok()?;
        self.nodes.push(Node {
            start,
            end: 0,
            next: 0,
        });
        match first {
            b'{' => self.list(b'}', true)?,
            b'[' => self.list(b']', false)?,
            b'"' => self.string()?,
            b't' => self.word(b"true")?,
            b'f' => self.word(b"false")?,
            b'n' => self.word(b"null")?,
            _ => self.number()?,
        }
        let next = u32::try_from(self.nodes.len()).ok()?;
        let node = self.nodes.get_mut(own)?;
        node.end = u32::try_from(self.at).ok()?;
        node.next = next;
        Some(())
    }

    fn list(&mut self, close: u8, keyed: bool) -> Option<()> {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        if self.peek()? != close {
            loop {
                if keyed {
                    if self.peek()? != b'"' {
                        return None;
                    }
                    self.value()?;
                    self.token(b':')?;
                }
                self.value()?;
                if self.peek()? == close {
                    break;
                }
                self.token(b',')?;
            }
        }
        self.depth -= 1;
        self.at += 1;
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            let rest = self.text.get(self.at..)?;
            self.at += rest
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
            match self.byte()? {
                b'"' => return Some(()),
                b'\\' => match self.byte()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        let digits = self.text.get(self.at..)?.first_chunk::<4>()?;
                        if !digits.iter().all(u8::is_ascii_hexdigit) {
                            return None;
                        }
                        self.at += 4;
                    }
                    _ => return None,
                },
                _ => return None,
            }
        }
    }

    fn number(&mut self) -> Option<()> {
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
        Some(())
    }

    #[inline(never)]
    fn one_of(&mut self, bytes: &[u8]) -> bool {
        let found = self
            .text
            .get(self.at)
            .is_some_and(|byte| bytes.contains(byte));
        self.at += usize::from(found);
        found
    }

    #[inline(never)]
    fn digits(&mut self) -> Option<()> {
        let before = self.at;
        while self.one_of(b"0123456789") {}
        (self.at > before).then_some(())
    }

    #[inline(never)]
    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.text.get(self.at..)?.starts_with(word).then_some(())?;
        self.at += word.len();
        Some(())
    }
}

/// A value of a document that [`read`] has read.
#[derive(Clone, Copy)]
pub(crate) struct Val<'t> {
    text: &'t [u8],
    nodes: &'t [Node],
    at: usize,
}

impl<'t> Val<'t> {
    /// Returns the whole document.
    pub(crate) fn new(text: &'t [u8], nodes: &'t [Node]) -> Self {
        Self { text, nodes, at: 0 }
    }

    fn node(self) -> Node {
        self.nodes.get(self.at).copied().unwrap_or(Node {
            start: 0,
            end: 0,
            next: 0,
        })
    }

    /// Returns the value as it is spelled.
    pub(crate) fn raw(self) -> &'t [u8] {
        let node = self.node();
        self.text
            .get(node.start as usize..node.end as usize)
            .unwrap_or_default()
    }

    /// Returns the byte that tells what kind of value this is.
    pub(crate) fn first(self) -> u8 {
        let start = self.node().start as usize;
        self.text.get(start).copied().unwrap_or_default()
    }

    pub(crate) fn is_object(self) -> bool {
        self.first() == b'{'
    }

    pub(crate) fn is_array(self) -> bool {
        self.first() == b'['
    }

    pub(crate) fn is_null(self) -> bool {
        self.first() == b'n'
    }

    pub(crate) fn is_true(self) -> bool {
        self.first() == b't'
    }

    /// Returns what a string holds, as it is spelled between its quotes.
    pub(crate) fn spelled(self) -> Option<&'t [u8]> {
        self.raw().strip_prefix(b"\"")?.strip_suffix(b"\"")
    }

    /// Whether this is that string. `word` holds nothing that JSON escapes.
    #[inline(never)]
    pub(crate) fn is(self, word: &str) -> bool {
        let spelled = self.spelled().unwrap_or(b"\\");
        spelled == word.as_bytes()
            || (spelled.contains(&b'\\') && unescape(spelled) == word.as_bytes())
    }

    /// Returns a string with its escapes resolved.
    #[inline(never)]
    pub(crate) fn string(self) -> Option<String> {
        self.spelled()
            .map(|spelled| crate::json::text::lossy(unescape(spelled)))
    }

    /// Returns a number as it is spelled.
    #[inline(never)]
    pub(crate) fn number(self) -> Option<&'t str> {
        if !matches!(self.first(), b'-' | b'0'..=b'9') {
            return None;
        }
        core::str::from_utf8(self.raw()).ok()
    }

    /// Returns a whole number. `12.0` and `1e3` are none.
    #[inline(never)]
    pub(crate) fn int(self) -> Option<i64> {
        let (negative, digits) = match self.number()?.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, self.number()?),
        };
        let mut value = 0_i64;
        for digit in digits.bytes() {
            let digit = i64::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
            value = value.checked_mul(10)?.checked_add(digit)?;
        }
        Some(if negative { -value } else { value })
    }

    /// Returns the elements of an array; nothing for any other value.
    pub(crate) fn items(self) -> Items<'t> {
        self.children(self.is_array())
    }

    /// Returns the members of an object; nothing for any other value.
    pub(crate) fn members(self) -> Members<'t> {
        Members(self.children(self.is_object()))
    }

    fn children(self, any: bool) -> Items<'t> {
        let end = if any { self.node().next as usize } else { 0 };
        let next = Self {
            at: self.at + 1,
            ..self
        };
        Items { next, end }
    }

    /// Returns a member that is not null.
    #[inline(never)]
    pub(crate) fn get(self, key: &str) -> Option<Self> {
        self.members()
            .find(|(name, _)| name.is(key))
            .map(|(_, value)| value)
            .filter(|value| !value.is_null())
    }

    /// Returns a member of a member, and so on.
    #[inline(never)]
    pub(crate) fn path(self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Returns the first of these members that is there.
    #[inline(never)]
    pub(crate) fn any(self, keys: &[&str]) -> Option<Self> {
        keys.iter().find_map(|key| self.get(key))
    }

    pub(crate) fn has(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Whether a member is that string.
    #[inline(never)]
    pub(crate) fn says(self, key: &str, word: &str) -> bool {
        self.get(key).is_some_and(|value| value.is(word))
    }
}

pub(crate) struct Items<'t> {
    next: Val<'t>,
    end: usize,
}

impl<'t> Iterator for Items<'t> {
    type Item = Val<'t>;

    fn next(&mut self) -> Option<Val<'t>> {
        if self.next.at >= self.end {
            return None;
        }
        let item = self.next;
        // A node that is not there ends the list.
        self.next.at = (item.node().next as usize).max(item.at + 1);
        Some(item)
    }
}

pub(crate) struct Members<'t>(Items<'t>);

impl<'t> Iterator for Members<'t> {
    type Item = (Val<'t>, Val<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        Some((self.0.next()?, self.0.next()?))
    }
}
