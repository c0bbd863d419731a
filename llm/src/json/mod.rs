//! JSON of bounded size and depth: cut on its way in, read where it stands, written without a tree.
//!
//! Text is kept as it is spelled between its quotes. Pieces of a string that arrive one by one are joined
//! without being decoded, and half of a surrogate pair finds its other half.

mod sieve;
mod tape;
mod text;
mod write;

pub(crate) use sieve::Sieve;
pub(crate) use tape::{Document, Node, Val};
pub(crate) use text::{
    append, contains, copied, escape, find_special, first_in, is_blank, is_word, parts, push,
    split_at, trim_start, unescape,
};
pub(crate) use write::{push_int, word_of, Writer};
