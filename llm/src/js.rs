//! The boundary: the only place that knows JavaScript.
//!
//! | export | does |
//! |---|---|
//! | `open(format, names, flags, media_limit_bytes)` | begins a call and returns its handle, never 0. `format` is the number of [`Format`]; `names` are the system and the model, with a line end between them. `flags`: 1 record inputs, 2 record outputs, 4 known host, 8 the path asks for a stream. An unknown format gives 0 |
//! | `request_part(handle, bytes)` | takes a piece of the request's body: a body may be cut anywhere |
//! | `request(handle, bytes)` | takes the last piece; returns `{ isCall, askedForUsage, name, attributes }`. `finish` then returns the attributes of the answer alone |
//! | `step(handle, number)` | says which request of a universal body was answered, before `response` |
//! | `response(handle, status, content_type)` | takes the head of the answer |
//! | `chunk(handle, bytes)` | takes bytes of the answer, cut anywhere; returns what came for the first time: 1 data of a stream, 2 a token of a stream, 4 the end mark, 8 an error |
//! | `finish(handle, end)` | frees the handle; returns `{ name, attributes, error?, incomplete, fits }`. `end`: 0 complete, 1 cancelled, 2 failed, 3 cut by a flush, 4 unread |
//! | `close(handle)` | frees the handle |
//! | `held_bytes()` | returns about how many bytes all open calls keep |
//!
//! What is returned in braces is JSON in UTF-8: an object made here member by member would cost more code on
//! both sides. Text comes in UTF-8, too; bytes that are not are handed on as they came, for the decoder of the host to replace.
//! `attributes` is `[key, value, key, value, …]`; a value is a string, a boolean, an array of strings or a number.
//! `error` is `{ type, message }`; the message may be empty. `laminar.incomplete` and `error.type` are
//! attributes, too.
//!
//! A handle that is not open is no error: exports return nothing, no bytes or 0 then. At most 256 calls are open;
//! one more closes the oldest. All of them together keep at most 32 MiB; what does not fit is left out of
//! the span, and counted there. `bytes` are copied into the module: cut them into pieces of 1 MiB at most.

use core::cell::Cell;
use core::mem::{replace, ManuallyDrop};

use wasm_bindgen::prelude::*;

use crate::call::Call;
use crate::json::{copied, split_at, word_of, Writer};
use crate::record::Attributes;
use crate::{End, Format, Options};

const MAX_OPEN: usize = 256;
/// What all open calls together keep.
const MAX_HELD_BYTES: usize = 32 << 20;

/// The open calls, the oldest first. The place of one that is at work is empty.
type Calls = Vec<(u32, Option<Box<Call>>)>;

thread_local! {
    // The module is never unloaded, so nothing has to drop them.
    static CALLS: ManuallyDrop<Cell<Calls>> = const { ManuallyDrop::new(Cell::new(Vec::new())) };
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// Takes the list out of its place; [`CALLS`] is to get it back.
fn calls() -> Calls {
    CALLS.with(|calls| calls.take())
}

fn keep(list: Calls) {
    CALLS.with(|calls| calls.set(list));
}

/// Puts into the place of a handle what is given. Returns what was there.
#[inline(never)]
fn put(handle: u32, call: Option<Box<Call>>) -> Option<Box<Call>> {
    let mut calls = calls();
    let place = calls.iter_mut().find(|(own, _)| *own == handle);
    let before = place.and_then(|(_, held)| replace(held, call));
    keep(calls);
    before
}

/// Frees a handle. Returns its call.
#[inline(never)]
fn take(handle: u32) -> Option<Box<Call>> {
    let mut calls = calls();
    let place = calls.iter().position(|(own, _)| *own == handle);
    let call = place.and_then(|place| calls.remove(place).1);
    keep(calls);
    call
}

/// Does something with a call that may make it keep more: as much as all leave.
fn with(handle: u32, action: impl FnOnce(&mut Call)) {
    let free = MAX_HELD_BYTES.saturating_sub(held());
    if let Some(mut call) = put(handle, None) {
        call.allow(free);
        action(&mut call);
        put(handle, Some(call));
    }
}

#[inline(never)]
fn held() -> usize {
    let calls = calls();
    let open = calls.iter().filter_map(|(_, call)| call.as_ref());
    let bytes = open.map(|call| call.held_bytes()).sum();
    keep(calls);
    bytes
}

/// Writes what the span gets, and closes the object.
#[inline(never)]
fn write_end(name: &[u8], attributes: &Attributes, writer: &mut Writer) {
    writer.key("name").string(name);
    writer.key("attributes").raw(b"[");
    for (key, json) in &attributes.0 {
        writer.spelled(key).value(json);
    }
    writer.raw(b"]}");
}

#[wasm_bindgen]
pub fn open(format: u32, names: &[u8], flags: u32, media_limit_bytes: u32) -> u32 {
    let Some(format) = Format::from_number(format) else {
        return 0;
    };
    let (system, model) = split_at(names, b'\n');
    let call = Box::new(Call::open(Options {
        format,
        system: copied(system),
        model: copied(model),
        stream: flags & 8 != 0,
        known_host: flags & 4 != 0,
        record_inputs: flags & 1 != 0,
        record_outputs: flags & 2 != 0,
        media_limit_bytes: media_limit_bytes as usize,
    }));
    let handle = LAST.get().wrapping_add(1).max(1);
    LAST.set(handle);
    let mut calls = calls();
    if calls.len() >= MAX_OPEN {
        calls.remove(0);
    }
    calls.push((handle, Some(call)));
    keep(calls);
    handle
}

#[wasm_bindgen]
pub fn request_part(handle: u32, bytes: &[u8]) {
    with(handle, |call| call.request_part(bytes));
}

#[wasm_bindgen]
pub fn request(handle: u32, bytes: &[u8]) -> Vec<u8> {
    let mut writer = Writer::default();
    with(handle, |call| {
        call.request_part(bytes);
        let attributes = call.take_attributes();
        if let Some(asked) = call.ask() {
            writer.open(b'{');
            writer.key("isCall").raw(word_of(asked.is_call));
            writer
                .key("askedForUsage")
                .raw(word_of(asked.asked_for_usage));
            write_end(&asked.name, &attributes, &mut writer);
        }
    });
    writer.out
}

#[wasm_bindgen]
pub fn step(handle: u32, number: u32) {
    with(handle, |call| call.step(number));
}

#[wasm_bindgen]
pub fn response(handle: u32, status: u16, content_type: &[u8]) {
    with(handle, |call| call.head(status, content_type));
}

#[wasm_bindgen]
pub fn chunk(handle: u32, bytes: &[u8]) -> u32 {
    let mut seen = 0;
    with(handle, |call| seen = call.read(bytes));
    seen
}

#[wasm_bindgen]
pub fn finish(handle: u32, end: u32) -> Vec<u8> {
    let mut writer = Writer::default();
    if let Some(mut call) = take(handle) {
        let ended = call.end(end == End::Cancelled as u32);
        writer.open(b'{');
        if let Some(error) = ended.error {
            writer.key("error").open(b'{');
            writer.key("type").string(&error.kind);
            writer.key("message").string(&error.message);
            writer.close(b'}');
        }
        writer.key("incomplete").raw(word_of(ended.incomplete));
        writer.key("fits").raw(word_of(ended.fits));
        write_end(&ended.name, &ended.attributes, &mut writer);
    }
    writer.out
}

#[wasm_bindgen]
pub fn close(handle: u32) {
    take(handle);
}

#[wasm_bindgen]
pub fn held_bytes() -> u32 {
    u32::try_from(held()).unwrap_or(u32::MAX)
}

/// Traps, for the tests of what happens then.
#[cfg(feature = "test-traps")]
#[wasm_bindgen]
pub fn trap_now() {
    core::arch::wasm32::unreachable();
}
