//! Reads a document once, into a flat list of where its values stand.

use crate::json::text::{find_special, is_blank, parts, unescape};

/// Arrays and objects inside each other, at most.
const MAX_DEPTH: u32 = 127;
/// Values of one document, keys included: what the list of places may cost is then 4 MiB.
const MAX_NODES: usize = 1 << 18;
/// No number of so many digits is too large for 64 bits.
const MAX_DIGITS: usize = 19;
const NOWHERE: u32 = u32::MAX;

/// Where a value stands in the text, and which node is the next of its list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    start: u32,
    end: u32,
    next: u32,
    /// The byte that tells its kind; 0 for a string with escapes.
    kind: u8,
}

const NO_NODE: Node = Node {
    start: 0,
    end: 0,
    next: NOWHERE,
    kind: b' ',
};

/// A document and its values, the whole of it first.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    text: &'t [u8],
    nodes: &'t [Node],
    /// The marks of all keys in it: a key whose mark is missing need not be looked for.
    keys: u64,
    /// Whether an array in it begins with a number.
    pub(crate) has_numbers: bool,
}

/// Returns one bit of 64 that tells most keys apart. The factors leave the fewest keys of providers together.
#[inline]
fn mark(key: &[u8]) -> u64 {
    match (key.first(), key.last()) {
        (Some(first), Some(last)) => {
            1 << ((usize::from(*first) * 19 + usize::from(*last) * 14 + key.len() * 3) & 63)
        }
        _ => 1,
    }
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
            keys: 0,
            has_numbers: false,
        };
        reader.value()?;
        reader.blank();
        let Reader {
            at,
            keys,
            has_numbers,
            ..
        } = reader;
        (at == text.len()).then_some(Self {
            text,
            nodes,
            keys,
            has_numbers,
        })
    }

    /// Returns a document without a value.
    pub(crate) fn nothing() -> Self {
        Self {
            text: &[],
            nodes: &[],
            keys: 0,
            has_numbers: false,
        }
    }

    /// Returns no value.
    pub(crate) fn none(&self) -> Val<'_> {
        Val {
            document: self,
            at: NOWHERE,
        }
    }

    /// Returns the whole document.
    pub(crate) fn root(&self) -> Val<'_> {
        Val {
            document: self,
            at: 0,
        }
    }

    fn node(&self, at: u32) -> &Node {
        self.nodes.get(at as usize).unwrap_or(&NO_NODE)
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
        match self.node(at).kind {
            0 => b'"',
            kind => kind,
        }
    }

    #[inline(never)]
    fn is_kind(&self, at: u32, first: u8) -> bool {
        self.first(at) == first
    }

    #[inline(never)]
    fn next(&self, at: u32) -> u32 {
        self.node(at).next
    }

    /// Returns the first node of what opens with this bracket.
    #[inline(never)]
    fn first_of(&self, at: u32, bracket: u8) -> u32 {
        let own = self.node(at);
        let child = at.saturating_add(1);
        let is_inside = (child as usize) < self.nodes.len() && self.node(child).start < own.end;
        if own.kind == bracket && is_inside {
            child
        } else {
            NOWHERE
        }
    }

    /// Returns the value of a member that is not null.
    #[inline(never)]
    fn get(&self, at: u32, key: &[u8]) -> u32 {
        if self.keys & mark(key) == 0 {
            return NOWHERE;
        }
        let mut name = self.first_of(at, b'{');
        while name != NOWHERE {
            let node = self.node(name);
            let value = node.next;
            // Most keys differ in length already.
            let len = (node.end - node.start) as usize;
            let differs = node.kind != 0 && len != key.len() + 2;
            if !differs && self.is(name, key) {
                return if self.node(value).kind == b'n' {
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
        spelled == word || (self.node(at).kind == 0 && unescape(spelled) == word)
    }

    #[inline(never)]
    fn spelled(&self, at: u32) -> &[u8] {
        let node = self.node(at);
        if !matches!(node.kind, 0 | b'"') {
            return &[];
        }
        let text = node.start as usize + 1..(node.end as usize).wrapping_sub(1);
        self.text.get(text).unwrap_or_default()
    }

    /// Returns the first that is there of `paths`: keys are joined by dots, and paths by spaces.
    #[inline(never)]
    fn find(&self, at: u32, paths: &[u8]) -> u32 {
        let mut found = at;
        let mut rest = paths;
        loop {
            let end = rest.iter().position(|byte| matches!(byte, b'.' | b' '));
            let (key, behind) = rest
                .split_at_checked(end.unwrap_or(rest.len()))
                .unwrap_or_default();
            if found != NOWHERE {
                found = if self.keys & mark(key) == 0 {
                    NOWHERE
                } else {
                    self.get(found, key)
                };
            }
            let Some((joint, tail)) = behind.split_first() else {
                return found;
            };
            rest = tail;
            if *joint == b' ' {
                if found != NOWHERE {
                    return found;
                }
                found = at;
            }
        }
    }

    #[inline(never)]
    fn int(&self, at: u32) -> Option<i64> {
        let raw = self.raw(at);
        let digits = raw.strip_prefix(b"-").unwrap_or(raw);
        if digits.len() > MAX_DIGITS {
            return None;
        }
        let mut value = 0_u64;
        for digit in digits {
            let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
            value = value * 10 + u64::from(digit);
        }
        let value = i64::try_from(value).ok()?;
        let sign = if digits.len() < raw.len() { -1 } else { 1 };
        (!digits.is_empty()).then_some(sign * value)
    }
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    depth: u32,
    nodes: &'t mut Vec<Node>,
    keys: u64,
    has_numbers: bool,
}

impl Reader<'_> {
    #[inline(never)]
    fn blank(&mut self) {
        while self.text.get(self.at).is_some_and(|byte| is_blank(*byte)) {
            self.at += 1;
        }
    }

    #[inline]
    fn peek(&mut self) -> Option<u8> {
        let next = self.text.get(self.at).copied();
        if next > Some(b' ') {
            return next;
        }
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
            kind: first,
            ..NO_NODE
        });
        let mut kind = first;
        match first {
            b'{' => self.list(b'}')?,
            b'[' => self.list(b']')?,
            b'"' => kind = self.string()?,
            b't' => self.word(b"true")?,
            b'f' => self.word(b"false")?,
            b'n' => self.word(b"null")?,
            _ => self.number()?,
        }
        let node = self.nodes.get_mut(own)?;
        node.end = u32::try_from(self.at).ok()?;
        node.kind = kind;
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
        let first = self.peek()?;
        if first != close {
            self.has_numbers |= close == b']' && matches!(first, b'-' | b'0'..=b'9');
            loop {
                if close == b'}' {
                    if self.peek()? != b'"' {
                        return None;
                    }
                    let start = self.at + 1;
                    let key = self.value()?;
                    self.keys |= match self.nodes.get(key)?.kind {
                        0 => u64::MAX,
                        _ => mark(self.text.get(start..self.at - 1)?),
                    };
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

    /// Reads a string. Returns its kind.
    fn string(&mut self) -> Option<u8> {
        let mut kind = b'"';
        self.at += 1;
        loop {
            let rest = self.text.get(self.at..)?;
            self.at += find_special(rest, b'"', b'\\');
            match self.byte()? {
                b'"' => return Some(kind),
                b'\\' => match self.byte()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => kind = 0,
                    b'u' => {
                        let digits = self.text.get(self.at..)?.first_chunk::<4>()?;
                        if !digits.iter().all(u8::is_ascii_hexdigit) {
                            return None;
                        }
                        self.at += 4;
                        kind = 0;
                    }
                    _ => return None,
                },
                _ => return None,
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        self.one_of(b'-', b'-');
        if !self.one_of(b'0', b'0') {
            self.digits()?;
        }
        if self.one_of(b'.', b'.') {
            self.digits()?;
        }
        if self.one_of(b'e', b'E') {
            self.one_of(b'+', b'-');
            self.digits()?;
        }
        Some(())
    }

    #[inline(never)]
    fn one_of(&mut self, one: u8, other: u8) -> bool {
        let next = self.text.get(self.at);
        let found = next.is_some_and(|byte| *byte == one || *byte == other);
        self.at += usize::from(found);
        found
    }

    #[inline(never)]
    fn digits(&mut self) -> Option<()> {
        let before = self.at;
        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
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

    /// Whether the value begins with this byte.
    pub(crate) fn is_kind(self, first: u8) -> bool {
        self.document.is_kind(self.at, first)
    }

    pub(crate) fn is_object(self) -> bool {
        self.is_kind(b'{')
    }

    pub(crate) fn is_array(self) -> bool {
        self.is_kind(b'[')
    }

    pub(crate) fn is_string(self) -> bool {
        self.is_kind(b'"')
    }

    pub(crate) fn is_true(self) -> bool {
        self.is_kind(b't')
    }

    #[inline(never)]
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
        parts(words.as_bytes(), b' ').any(|word| self.document.is(self.at, word))
    }

    /// Returns a string with its escapes resolved; empty for any other value.
    #[inline(never)]
    pub(crate) fn string(self) -> Vec<u8> {
        unescape(self.spelled())
    }

    /// Returns a whole number. `12.0` and `1e3` are none.
    pub(crate) fn int(self) -> Option<i64> {
        self.document.int(self.at)
    }

    /// Returns the number of the item with this index, which is one more; `otherwise` if it is none.
    #[inline(never)]
    pub(crate) fn item_or(self, otherwise: u32) -> u32 {
        let index = self.int().and_then(|index| u32::try_from(index).ok());
        index.map_or(otherwise, |index| index.saturating_add(1))
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
        Items {
            item: self.to(self.document.first_of(self.at, b'[')),
            is_only: false,
        }
    }

    /// Returns the elements of an array, or an object as the only one; nothing for any other value.
    pub(crate) fn items_or_one(self) -> Items<'t> {
        if self.is_object() {
            // Its own next value is no element of this list.
            return Items {
                item: self,
                is_only: true,
            };
        }
        self.items()
    }

    /// Returns the members of an object; nothing for any other value.
    pub(crate) fn members(self) -> Members<'t> {
        Members(self.to(self.document.first_of(self.at, b'{')))
    }

    /// Returns the marks of the members of an object that are not null.
    pub(crate) fn marks(self) -> u64 {
        let mut marks = 0;
        for (key, member) in self.members() {
            if member.first() != b'n' {
                marks |= mark(key.spelled());
            }
        }
        marks
    }
}

pub(crate) struct Items<'t> {
    item: Val<'t>,
    is_only: bool,
}

impl<'t> Iterator for Items<'t> {
    type Item = Val<'t>;

    #[inline(always)]
    fn next(&mut self) -> Option<Val<'t>> {
        let item = self.item;
        if !item.there() {
            return None;
        }
        self.item = item.to(if self.is_only {
            NOWHERE
        } else {
            item.document.next(item.at)
        });
        Some(item)
    }
}

pub(crate) struct Members<'t>(Val<'t>);

impl<'t> Iterator for Members<'t> {
    type Item = (Val<'t>, Val<'t>);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let key = self.0;
        if !key.there() {
            return None;
        }
        let value = key.to(key.document.next(key.at));
        self.0 = key.to(key.document.next(value.at));
        Some((key, value))
    }
}
