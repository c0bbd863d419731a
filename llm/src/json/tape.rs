//! Reads a document once, into a flat list of where its values stand.

use crate::json::text::{lossy, unescape};

/// Arrays and objects inside each other, at most.
const MAX_DEPTH: u32 = 127;
/// Values of one document, keys included: what the list of places may cost is then 3 MiB.
const MAX_NODES: usize = 1 << 18;
const NOWHERE: u32 = u32::MAX;

/// Where a value stands in the text, and which node is the next of its list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    start: u32,
    end: u32,
    next: u32,
}

/// A document and its values, the whole of it first.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    text: &'t [u8],
    nodes: &'t [Node],
}

impl<'t> Document<'t> {
    /// Reads a document, with `nodes` to write to. Returns `None` if it is not JSON, or too deep, or
    /// has too many values.
    pub(crate) fn read(text: &'t [u8], nodes: &'t mut Vec<Node>) -> Option<Self> {
        nodes.clear();
        let mut reader = Reader {
            text,
            at: 0,
            depth: 0,
            nodes,
        };
        reader.value()?;
        reader.blank();
        let is_all = reader.at == text.len();
        is_all.then_some(Self { text, nodes })
    }

    /// Returns the whole document.
    pub(crate) fn root(&self) -> Val<'_> {
        Val {
            document: self,
            at: 0,
        }
    }

    fn node(&self, at: u32) -> Node {
        let nothing = Node {
            start: 0,
            end: 0,
            next: NOWHERE,
        };
        self.nodes.get(at as usize).copied().unwrap_or(nothing)
    }

    #[inline(never)]
    fn raw(&self, at: u32) -> &[u8] {
        let node = self.node(at);
        self.text
            .get(node.start as usize..node.end as usize)
            .unwrap_or_default()
    }

    #[inline(never)]
    fn first(&self, at: u32) -> u8 {
        self.raw(at).first().copied().unwrap_or_default()
    }

    /// Returns the first node of an array or object.
    #[inline(never)]
    fn child(&self, at: u32) -> u32 {
        let own = self.node(at);
        let child = at.saturating_add(1);
        if self.node(child).start < own.end && child as usize != self.nodes.len() {
            child
        } else {
            NOWHERE
        }
    }

    /// Returns the value of a member that is not null.
    #[inline(never)]
    fn get(&self, at: u32, key: &[u8]) -> u32 {
        if self.first(at) != b'{' {
            return NOWHERE;
        }
        let mut name = self.child(at);
        while name != NOWHERE {
            let value = self.node(name).next;
            if self.is(name, key) {
                return if self.first(value) == b'n' {
                    NOWHERE
                } else {
                    value
                };
            }
            name = self.node(value).next;
        }
        NOWHERE
    }

    #[inline(never)]
    fn is(&self, at: u32, word: &[u8]) -> bool {
        let spelled = self.spelled(at);
        spelled == word || (spelled.contains(&b'\\') && unescape(spelled) == word)
    }

    #[inline(never)]
    fn spelled(&self, at: u32) -> &[u8] {
        match self.raw(at) {
            [b'"', text @ .., b'"'] => text,
            _ => &[],
        }
    }

    /// Returns the first that is there of `paths`: keys are joined by dots, and paths by spaces.
    #[inline(never)]
    fn find(&self, at: u32, paths: &[u8]) -> u32 {
        for path in paths.split(|byte| *byte == b' ') {
            let mut found = at;
            for key in path.split(|byte| *byte == b'.') {
                found = self.get(found, key);
            }
            if found != NOWHERE {
                return found;
            }
        }
        NOWHERE
    }

    #[inline(never)]
    fn int(&self, at: u32) -> Option<i64> {
        let raw = self.raw(at);
        let digits = raw.strip_prefix(b"-").unwrap_or(raw);
        let mut value = 0_i64;
        for digit in digits {
            let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
            value = value.checked_mul(10)?.checked_add(i64::from(digit))?;
        }
        let sign = if digits.len() < raw.len() { -1 } else { 1 };
        (!digits.is_empty()).then_some(sign * value)
    }
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

    #[inline(never)]
    fn peek(&mut self) -> Option<u8> {
        self.blank();
        self.text.get(self.at).copied()
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.text.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    /// Reads a value. Returns its node.
    fn value(&mut self) -> Option<usize> {
        let first = self.peek()?;
        let own = self.nodes.len();
        if own >= MAX_NODES {
            return None;
        }
        self.nodes.push(Node {
            start: u32::try_from(self.at).ok()?,
            end: 0,
            next: NOWHERE,
        });
        match first {
            b'{' => self.list(b'}')?,
            b'[' => self.list(b']')?,
            b'"' => self.string()?,
            b't' => self.word(b"true")?,
            b'f' => self.word(b"false")?,
            b'n' => self.word(b"null")?,
            _ => self.number()?,
        }
        self.nodes.get_mut(own)?.end = u32::try_from(self.at).ok()?;
        Some(own)
    }

    /// Says that the next value follows this one in its list.
    fn link(&mut self, last: usize) -> Option<()> {
        let next = u32::try_from(self.nodes.len()).ok()?;
        self.nodes.get_mut(last)?.next = next;
        Some(())
    }

    fn list(&mut self, close: u8) -> Option<()> {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        if self.peek()? != close {
            loop {
                if close == b'}' {
                    if self.peek()? != b'"' {
                        return None;
                    }
                    let key = self.value()?;
                    if self.peek()? != b':' {
                        return None;
                    }
                    self.at += 1;
                    self.link(key)?;
                }
                let value = self.value()?;
                match self.peek()? {
                    b',' => self.at += 1,
                    byte if byte == close => break,
                    _ => return None,
                }
                self.link(value)?;
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
        let next = self.text.get(self.at);
        let found = next.is_some_and(|byte| bytes.contains(byte));
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

/// A value of a document, or none: what is asked of a value that is not there is not there either.
#[derive(Clone, Copy)]
pub(crate) struct Val<'t> {
    document: &'t Document<'t>,
    at: u32,
}

impl<'t> Val<'t> {
    fn to(self, at: u32) -> Self {
        Self { at, ..self }
    }

    /// Whether there is a value.
    pub(crate) fn there(self) -> bool {
        self.at != NOWHERE
    }

    /// Returns this value, or the other if there is none.
    pub(crate) fn or(self, other: Self) -> Self {
        if self.there() {
            self
        } else {
            other
        }
    }

    /// Returns the value as it is spelled.
    pub(crate) fn raw(self) -> &'t [u8] {
        self.document.raw(self.at)
    }

    /// Returns the byte that tells what kind of value this is.
    pub(crate) fn first(self) -> u8 {
        self.document.first(self.at)
    }

    pub(crate) fn is_object(self) -> bool {
        self.first() == b'{'
    }

    pub(crate) fn is_array(self) -> bool {
        self.first() == b'['
    }

    pub(crate) fn is_string(self) -> bool {
        self.first() == b'"'
    }

    pub(crate) fn is_true(self) -> bool {
        self.first() == b't'
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(self.first(), b'-' | b'0'..=b'9')
    }

    /// Returns what a string holds, as it is spelled between its quotes; nothing for any other value.
    pub(crate) fn spelled(self) -> &'t [u8] {
        self.document.spelled(self.at)
    }

    /// Whether this is that string. `word` holds nothing that JSON escapes.
    pub(crate) fn is(self, word: &str) -> bool {
        self.document.is(self.at, word.as_bytes())
    }

    /// Whether this is one of these strings, which are joined by spaces.
    #[inline(never)]
    pub(crate) fn is_one_of(self, words: &str) -> bool {
        let mut words = words.as_bytes().split(|byte| *byte == b' ');
        words.any(|word| self.document.is(self.at, word))
    }

    /// Returns a string with its escapes resolved; empty for any other value.
    pub(crate) fn string(self) -> String {
        lossy(&unescape(self.spelled()))
    }

    /// Returns a whole number. `12.0` and `1e3` are none.
    pub(crate) fn int(self) -> Option<i64> {
        self.document.int(self.at)
    }

    /// Returns a member that is not null.
    pub(crate) fn get(self, key: &str) -> Self {
        self.to(self.document.get(self.at, key.as_bytes()))
    }

    /// Returns the first that is there of `paths`: keys are joined by dots, and paths by spaces.
    pub(crate) fn find(self, paths: &str) -> Self {
        self.find_bytes(paths.as_bytes())
    }

    pub(crate) fn find_bytes(self, paths: &[u8]) -> Self {
        self.to(self.document.find(self.at, paths))
    }

    /// Returns the elements of an array; nothing for any other value.
    pub(crate) fn items(self) -> Items<'t> {
        let is_array = self.is_array();
        Items(self.to(if is_array {
            self.document.child(self.at)
        } else {
            NOWHERE
        }))
    }

    /// Returns the members of an object; nothing for any other value.
    pub(crate) fn members(self) -> Members<'t> {
        let is_object = self.is_object();
        Members(self.to(if is_object {
            self.document.child(self.at)
        } else {
            NOWHERE
        }))
    }

    fn after(self) -> Self {
        self.to(self.document.node(self.at).next)
    }
}

pub(crate) struct Items<'t>(Val<'t>);

impl<'t> Iterator for Items<'t> {
    type Item = Val<'t>;

    fn next(&mut self) -> Option<Val<'t>> {
        let item = self.0;
        self.0 = item.after();
        item.there().then_some(item)
    }
}

pub(crate) struct Members<'t>(Val<'t>);

impl<'t> Iterator for Members<'t> {
    type Item = (Val<'t>, Val<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.0;
        let value = key.after();
        self.0 = value.after();
        value.there().then_some((key, value))
    }
}
