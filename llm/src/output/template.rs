//! JSON by templates, which are far smaller than code that writes it.
//!
//! In a template `%` and a letter are followed by a name and `;`: `%s` a string as it is spelled, `%n` the
//! same in quotes or null, `%r` JSON as it is, `%c` JSON without secrets and bulk, `%e` JSON as the text of
//! a string, `%d` the document in a string. `%?name;` up to `%.` counts only if there is something by that
//! name, `%!name;` only if not; `%?;` only if the choice has items. `%,` is a comma where one is needed.

use crate::json::{escape, parts, split_at, unescape, Document, Val, Writer};
use crate::output::clean::copy;
use crate::output::pieces::{At, Pieces};

/// Where a template finds what it names.
pub(crate) type Source<'a> = &'a mut dyn FnMut(u8, &[u8], &mut Writer) -> bool;

/// Writes a template.
#[inline(never)]
fn fill(template: &str, writer: &mut Writer, source: Source<'_>) {
    let mut parts = parts(template.as_bytes(), b'%');
    writer.raw(parts.next().unwrap_or_default());
    let mut skips = false;
    for part in parts {
        let Some((letter, rest)) = part.split_first() else {
            continue;
        };
        if matches!(letter, b'.' | b',') {
            if *letter == b'.' {
                skips = false;
            } else if !skips {
                writer.comma();
            }
            if !skips {
                writer.raw(rest);
            }
            continue;
        }
        if skips {
            continue;
        }
        let (name, rest) = split_at(rest, b';');
        match letter {
            b'?' => skips = !source(b'?', name, writer),
            b'!' => skips = source(b'?', name, writer),
            _ => {
                source(*letter, name, writer);
            }
        }
        if !skips {
            writer.raw(rest);
        }
    }
}

/// Writes a template from the pieces of an item; `%d` of arguments that were cut is an object around them.
#[inline(never)]
pub(crate) fn fill_item(pieces: &Pieces, at: At, template: &str, writer: &mut Writer) {
    fill(template, writer, &mut |letter, name, writer| {
        let kind = name.first().copied().unwrap_or_default();
        let text = pieces.text(at, kind);
        match letter {
            b'?' if name.is_empty() => return pieces.last_item(at) > 0,
            b'?' => return !text.is_empty(),
            b'd' => match document_in(text) {
                Some(json) => drop(writer.raw(&json)),
                None if text.is_empty() => drop(writer.raw(b"{}")),
                None => drop(writer.raw(b"{\"partial_json\":\"").raw(text).raw(b"\"}")),
            },
            b'i' => drop(writer.digits(u64::from(at.choice()))),
            b'n' => null_or_string(text, writer),
            _ => drop(writer.raw(text)),
        }
        true
    });
}

/// Writes a template from a value, whose members the template names by paths.
#[inline(never)]
pub(crate) fn fill_from(value: Val<'_>, template: &str, writer: &mut Writer) {
    fill(template, writer, &mut |letter, name, writer| {
        let found = value.find_bytes(name);
        match letter {
            b'?' => return found.there(),
            b's' => drop(writer.raw(found.spelled())),
            b'c' => {
                if found.there() {
                    copy(found, writer);
                } else {
                    writer.raw(b"null");
                }
            }
            // Of the whole value if there is no name.
            b'e' => {
                let mut json = Writer::default();
                copy(found.or(value), &mut json);
                writer.raw(b"\"");
                escape(&json.out, &mut writer.out);
                writer.raw(b"\"");
            }
            _ => drop(writer.raw(found.raw())),
        }
        true
    });
}

#[inline(never)]
fn null_or_string(spelled: &[u8], writer: &mut Writer) {
    if spelled.is_empty() {
        writer.raw(b"null");
    } else {
        writer.raw(b"\"").raw(spelled).raw(b"\"");
    }
}

/// Returns what a string of JSON text holds, if that is one document.
fn document_in(spelled: &[u8]) -> Option<Vec<u8>> {
    let json = unescape(spelled);
    let is_document = Document::read(&json, &mut Vec::new()).is_some();
    is_document.then_some(json)
}
