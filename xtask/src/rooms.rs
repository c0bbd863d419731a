//! Checks how the files of `src/`, `llm/src/` and `redact/src/` import each other: a room imports only
//! the rooms before it in its list, and no files form a circle. `make check` runs it.
//!
//! It reads paths that begin with `crate`, `super` or the name of a submodule, in code and in links of
//! comments, up to a file's tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{ensure, Context, Result};

/// Each room, and the rooms that it may import.
type Rooms = &'static [(&'static str, &'static [&'static str])];

const ROOMS: Rooms = &[
    ("span", &[]),
    ("encode", &["span"]),
    ("buffer", &["span", "encode"]),
    ("delivery", &["span", "encode", "buffer"]),
    ("takeover", &["span", "encode", "buffer"]),
    // The boundary is above all rooms, and uses the crate as its users do.
    (
        "js",
        &["span", "encode", "buffer", "delivery", "takeover", ""],
    ),
    // The parts for programs in Rust. The flush of a Worker is in the boundary.
    (
        "program",
        &["span", "encode", "buffer", "delivery", "takeover", "js"],
    ),
    ("tracing", &["span", "buffer", "program"]),
    ("opentelemetry", &["span", "buffer", "program"]),
];

/// The rooms of `llm/src/`. Files in no folder form the room without a name.
const LLM_ROOMS: Rooms = &[
    ("json", &[]),
    ("framing", &["json"]),
    ("record", &["json"]),
    ("output", &["json"]),
    ("formats", &["json", "record", "output", ""]),
    ("", &["json", "framing", "record", "output", "formats"]),
];

/// `redact/src/` is one room: its files are in no folder.
const REDACT_ROOMS: Rooms = &[("", &[])];

/// The source text by path below `src/`.
type Sources = BTreeMap<String, String>;
/// The imported files by the file that imports them.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// Fails with one line for each import that breaks the rule.
pub fn check(root: &Path) -> Result<()> {
    for (folder, rooms) in [
        ("src", ROOMS),
        ("llm/src", LLM_ROOMS),
        ("redact/src", REDACT_ROOMS),
    ] {
        let mut sources = Sources::new();
        read(&root.join(folder), "", &mut sources)?;
        let broken = broken(folder, rooms, &sources);
        ensure!(broken.is_empty(), "{}", broken.join("\n"));
        println!("{folder}: {} files, no circle", sources.len());
    }
    Ok(())
}

fn read(folder: &Path, prefix: &str, sources: &mut Sources) -> Result<()> {
    let list = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in list {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read(&entry.path(), &format!("{name}/"), sources)?;
        } else if name.ends_with(".rs") {
            sources.insert(name, fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}

fn broken(folder: &str, rooms: Rooms, sources: &Sources) -> Vec<String> {
    let imports: Imports = sources
        .iter()
        .map(|(file, text)| (file.clone(), imported(file, text, sources)))
        .collect();
    let mut broken = Vec::new();
    for (file, imported) in imports.iter().filter(|(file, _)| *file != "lib.rs") {
        let room = room_of(file);
        let Some((_, below)) = rooms.iter().find(|(name, _)| *name == room) else {
            broken.push(format!("{folder}/{file} is in none of the rooms"));
            continue;
        };
        for other in imported {
            if room_of(other) != room && !below.contains(&room_of(other)) {
                broken.push(format!(
                    "{folder}/{file} imports {folder}/{other}, which is not below it"
                ));
            }
        }
    }
    broken.extend(circle(&imports).map(|circle| format!("a circle: {}", circle.join(" -> "))));
    broken
}

/// Returns the first part of a path; an empty one for `lib.rs`.
fn room_of(file: &str) -> &str {
    file.split_once('/').map_or("", |(room, _)| room)
}

/// Returns the module that a file is.
fn module_of(file: &str) -> Vec<&str> {
    let path = file.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').filter(|part| *part != "lib").collect()
}

/// Returns the files that a file names, without itself.
fn imported(file: &str, text: &str, sources: &Sources) -> BTreeSet<String> {
    let module = module_of(file);
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let words = |at: usize| text[..at].chars().next_back().is_some_and(is_word);
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("::").filter(|(at, _)| words(*at)) {
        let first = text[..at]
            .rfind(|char| !is_word(char))
            .map_or(0, |before| before + 1);
        let before = text[..first].trim_end();
        if before.ends_with("::") {
            continue;
        }
        let base = match &text[first..at] {
            "crate" => Vec::new(),
            "super" => module[..module.len().saturating_sub(1)].to_vec(),
            "self" => module.clone(),
            child if before.ends_with("use") => [module.as_slice(), &[child]].concat(),
            _ => continue,
        };
        let mut paths = Vec::new();
        tree(&text[at + 2..], &base, &mut paths);
        found.extend(paths.iter().filter_map(|path| file_of(path, sources)));
    }
    found.remove(file);
    found
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// Reads `a::b` or `{a, b::{c, d}}` below `base`, and returns the text after it.
fn tree<'a>(text: &'a str, base: &[&'a str], paths: &mut Vec<Vec<&'a str>>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut list) = text.strip_prefix('{') {
        while !list.trim_start().starts_with('}') && !list.is_empty() {
            let rest = tree(list, base, paths);
            let end = rest.find([',', '}']).unwrap_or(rest.len());
            list = rest[end..].trim_start_matches(',');
        }
        return list.trim_start().strip_prefix('}').unwrap_or_default();
    }
    let end = text.find(|char| !is_word(char)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let path = match name {
        "super" => base[..base.len().saturating_sub(1)].to_vec(),
        "" | "self" => base.to_vec(),
        _ => [base, &[name]].concat(),
    };
    match rest.strip_prefix("::") {
        Some(rest) => tree(rest, &path, paths),
        None => {
            paths.push(path);
            rest
        }
    }
}

/// Returns the file of the innermost module in a path.
fn file_of(path: &[&str], sources: &Sources) -> Option<String> {
    (0..=path.len()).rev().find_map(|len| {
        let module = path[..len].join("/");
        let names = if len == 0 {
            ["lib.rs".to_owned(), String::new()]
        } else {
            [format!("{module}.rs"), format!("{module}/mod.rs")]
        };
        names.into_iter().find(|name| sources.contains_key(name))
    })
}

/// Returns files that import each other in turn, the first one twice.
fn circle(imports: &Imports) -> Option<Vec<&str>> {
    let mut done = BTreeSet::new();
    imports
        .keys()
        .find_map(|file| walk(file, imports, &mut Vec::new(), &mut done))
}

fn walk<'a>(
    file: &'a str,
    imports: &'a Imports,
    way: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
) -> Option<Vec<&'a str>> {
    if let Some(first) = way.iter().position(|seen| *seen == file) {
        return Some([&way[first..], &[file]].concat());
    }
    if !done.insert(file) {
        return None;
    }
    way.push(file);
    let found = imports
        .get(file)?
        .iter()
        .find_map(|next| walk(next, imports, way, done));
    way.pop();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken_in(files: &[(&str, &str)]) -> Vec<String> {
        broken_among("src", ROOMS, files)
    }

    fn broken_among(folder: &str, rooms: Rooms, files: &[(&str, &str)]) -> Vec<String> {
        let owned = files
            .iter()
            .map(|(file, text)| ((*file).to_owned(), (*text).to_owned()));
        broken(folder, rooms, &owned.collect())
    }

    #[test]
    fn rooms_in_layers_pass() {
        let files = [
            (
                "lib.rs",
                "mod span;\npub mod js;\npub use span::{SpanId, Value};",
            ),
            (
                "span/mod.rs",
                "mod id;\nmod value;\npub use id::SpanId;\npub use value::Value;",
            ),
            ("span/id.rs", "use core::fmt;"),
            (
                "span/value.rs",
                "use crate::span::id::SpanId;\n#[cfg(test)]\nuse crate::js::x;",
            ),
            ("js/mod.rs", "mod lease;\npub use lease::lease;"),
            ("js/lease.rs", "use crate::{SpanId, Value};"),
        ];
        assert_eq!(broken_in(&files), [""; 0]);
    }

    #[test]
    fn a_circle_of_files_is_found() {
        for back in [
            "use crate::buffer::push::Unfinished;",
            "use super::push::Unfinished;",
            "use super::{table::Row, push::{Written, Unfinished}};",
            "fn f() -> crate::buffer::push::Unfinished {}",
            "/// See [`Unfinished`](crate::buffer::push::Unfinished).",
        ] {
            let files = [
                ("lib.rs", "mod buffer;"),
                ("buffer/mod.rs", "pub use span_buffer::SpanBuffer;"),
                ("buffer/table.rs", ""),
                ("buffer/push.rs", "use crate::{\n  buffer::grow::Room,\n};"),
                (
                    "buffer/grow.rs",
                    "use crate::buffer::span_buffer::{SpanBuffer};",
                ),
                ("buffer/span_buffer.rs", back),
            ];
            let circle = "a circle: buffer/grow.rs -> buffer/span_buffer.rs -> buffer/push.rs -> buffer/grow.rs";
            assert_eq!(broken_in(&files), [circle], "{back}");
        }
    }

    #[test]
    fn a_circle_in_a_crate_without_folders_is_found() {
        let files = [
            ("lib.rs", "mod pass;\nmod text;\npub use pass::Redactor;"),
            ("pass.rs", "use super::text::before;"),
            ("text.rs", "use super::pass::Redactor;"),
            ("json/quote.rs", ""),
        ];
        let expected = [
            "redact/src/json/quote.rs is in none of the rooms",
            "a circle: pass.rs -> text.rs -> pass.rs",
        ];
        let broken = broken_among("redact/src", REDACT_ROOMS, &files);
        assert_eq!(broken, expected);
    }

    #[test]
    fn the_files_of_a_room_do_not_import_its_mod_rs() {
        let files = [
            (
                "span/mod.rs",
                "pub use data::SpanData;\npub use id::SpanId;",
            ),
            ("span/data.rs", "use crate::span::SpanId;"),
            ("span/id.rs", ""),
        ];
        let circle = "a circle: span/data.rs -> span/mod.rs -> span/data.rs";
        assert_eq!(broken_in(&files), [circle]);
    }

    #[test]
    fn nothing_is_imported_from_above() {
        let files = [
            ("lib.rs", ""),
            ("encode/packed.rs", "use crate::SpanId;"),
            ("buffer/push.rs", "use crate::delivery::Outcome;"),
            ("delivery/mod.rs", ""),
            ("takeover/adopt.rs", "use crate::delivery::Outcome;"),
            ("loose.rs", ""),
        ];
        let expected = [
            "src/buffer/push.rs imports src/delivery/mod.rs, which is not below it",
            "src/encode/packed.rs imports src/lib.rs, which is not below it",
            "src/loose.rs is in none of the rooms",
            "src/takeover/adopt.rs imports src/delivery/mod.rs, which is not below it",
        ];
        assert_eq!(broken_in(&files), expected);
    }
}
