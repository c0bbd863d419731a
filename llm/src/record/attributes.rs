//! The attributes of a span, in the order in which they were set.

use crate::json::lossy;

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text; JSON where the attribute holds messages.
    Str(String),
    /// A whole number.
    Int(i64),
    /// A number as JSON spells it: reading floats takes tables that would be a tenth of the module, and
    /// JavaScript has them.
    Double(String),
    /// A truth value.
    Bool(bool),
    /// Texts in order.
    StrList(Vec<String>),
}

/// Keys and values. A key that is set again keeps its place and gets the new value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes(pub(crate) Vec<(&'static str, Value)>);

impl Attributes {
    #[inline(never)]
    pub(crate) fn set(&mut self, key: &'static str, value: Value) {
        match self.0.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key, value)),
        }
    }

    /// Sets text, unless it is empty.
    #[inline(never)]
    pub(crate) fn text(&mut self, key: &'static str, text: &str) {
        if !text.is_empty() {
            self.set(key, Value::Str(text.to_owned()));
        }
    }

    /// Sets JSON, unless it is empty.
    #[inline(never)]
    pub(crate) fn json(&mut self, key: &'static str, json: &[u8]) {
        if !json.is_empty() {
            self.set(key, Value::Str(lossy(json)));
        }
    }
}
