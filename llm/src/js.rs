//! The boundary: the only place that knows JavaScript.
//!
//! | export | does |
//! |---|---|
//! | `open(format, names, flags, media_limit_bytes)` | begins a call and returns its handle, never 0. `format` is the number of [`Format`]; `names` are the system and the model, with a line end between them. `flags`: 1 record inputs, 2 record outputs, 4 known host, 8 the path asks for a stream. An unknown format gives 0 |
//! | `request_part(handle, bytes)` | takes a piece of the request's body: a body may be cut anywhere |
//! | `request(handle, bytes)` | takes the last piece; returns `{ isCall, askedForUsage, name, attributes, doubles }`. `finish` then returns the attributes of the answer alone |
//! | `step(handle, number)` | says which request of a universal body was answered, before `response` |
//! | `response(handle, status, content_type)` | takes the head of the answer |
//! | `chunk(handle, bytes)` | takes bytes of the answer, cut anywhere; returns what came for the first time: 1 data of a stream, 2 a token of a stream, 4 the end mark, 8 an error |
//! | `finish(handle, end)` | frees the handle; returns `{ name, attributes, doubles, error?, incomplete, fits }`. `end`: 0 complete, 1 cancelled, 2 failed, 3 cut by a flush, 4 unread |
//! | `close(handle)` | frees the handle |
//! | `held_bytes()` | returns about how many bytes all open calls keep |
//!
//! What is returned in braces is JSON in UTF-8: an object made here member by member would cost more code on
//! both sides. Text comes in UTF-8, too. `attributes` is `[key, value, key, value, …]`; a value is a string, a boolean, an array of strings, or a
//! number, which is an integer. `doubles` is `[key, number, …]`: numbers that are doubles, whole or not.
//! `error` is `{ type, message }`; the message may be empty. `laminar.incomplete` and `error.type` are
//! attributes, too.
//!
//! A handle that is not open is no error: exports return nothing, no bytes or 0 then. At most 256 calls are open;
//! one more closes the oldest. All of them together keep at most 32 MiB; what does not fit is left out of
//! the span, and counted there. `bytes` are copied into the module: cut them into pieces of 1 MiB at most.

use core::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::json::{lossy, Writer};
use crate::{Call, End, Format, Options, Value};

const MAX_OPEN: usize = 256;
/// What all open calls together keep.
const MAX_HELD_BYTES: usize = 32 << 20;

struct State {
    calls: Vec<(u32, Box<Call>)>,
    last: u32,
}

thread_local! {
    static STATE: RefCell<State> = const {
        RefCell::new(State {
            calls: Vec::new(),
            last: 0,
        })
    };
}

#[inline(never)]
fn with(handle: u32, action: &mut dyn FnMut(&mut Call)) {
    STATE.with_borrow_mut(|state| {
        let mut calls = state.calls.iter_mut();
        if let Some((_, call)) = calls.find(|(own, _)| *own == handle) {
            action(call);
        }
    });
}

/// The same for what makes a call keep more: as much as the others leave.
#[inline(never)]
fn feed(handle: u32, action: &mut dyn FnMut(&mut Call)) {
    let free = MAX_HELD_BYTES.saturating_sub(held());
    with(handle, &mut |call| {
        call.allow(free);
        action(call);
    });
}

fn held() -> usize {
    STATE.with_borrow(|state| {
        let held = state.calls.iter().map(|(_, call)| call.held_bytes());
        held.sum()
    })
}

fn take(handle: u32) -> Option<Box<Call>> {
    STATE.with_borrow_mut(|state| {
        let place = state.calls.iter().position(|(own, _)| *own == handle)?;
        Some(state.calls.remove(place).1)
    })
}

fn write_bool(key: &str, value: bool, writer: &mut Writer) {
    let word: &[u8] = if value { b"true" } else { b"false" };
    writer.key(key).raw(word);
}

/// Writes what the span gets, and closes the object.
fn write_end(name: &str, attributes: &[(&'static str, Value)], mut writer: Writer) -> Vec<u8> {
    writer.key("name").string(name.as_bytes());
    for (list, wants_doubles) in [("attributes", false), ("doubles", true)] {
        writer.key(list).raw(b"[");
        for (key, value) in attributes {
            if matches!(value, Value::Double(_)) == wants_doubles {
                writer.string(key.as_bytes());
                write_value(value, &mut writer);
            }
        }
        writer.raw(b"]");
    }
    writer.close(b'}');
    writer.out
}

fn write_value(value: &Value, writer: &mut Writer) {
    match value {
        Value::Str(text) => drop(writer.string(text.as_bytes())),
        Value::Int(number) => {
            let sign: &[u8] = if *number < 0 { b"-" } else { b"" };
            writer.value(sign).digits(number.unsigned_abs());
        }
        Value::Double(number) => drop(writer.value(number.as_bytes())),
        Value::Bool(value) => {
            let word: &[u8] = if *value { b"true" } else { b"false" };
            writer.value(word);
        }
        Value::StrList(texts) => {
            writer.open(b'[');
            for text in texts {
                writer.string(text.as_bytes());
            }
            writer.close(b']');
        }
    }
}

#[wasm_bindgen]
pub fn open(format: u32, names: &[u8], flags: u32, media_limit_bytes: u32) -> u32 {
    let Some(format) = Format::from_number(format) else {
        return 0;
    };
    let mut names = names.split(|byte| *byte == b'\n').map(lossy);
    let call = Box::new(Call::new(Options {
        format,
        system: names.next().unwrap_or_default(),
        model: names.next().unwrap_or_default(),
        stream: flags & 8 != 0,
        known_host: flags & 4 != 0,
        record_inputs: flags & 1 != 0,
        record_outputs: flags & 2 != 0,
        media_limit_bytes: media_limit_bytes as usize,
    }));
    STATE.with_borrow_mut(|state| {
        if state.calls.len() >= MAX_OPEN {
            state.calls.remove(0);
        }
        state.last = state.last.wrapping_add(1).max(1);
        state.calls.push((state.last, call));
        state.last
    })
}

#[wasm_bindgen]
pub fn request_part(handle: u32, bytes: &[u8]) {
    feed(handle, &mut |call| call.request_part(bytes));
}

#[wasm_bindgen]
pub fn request(handle: u32, bytes: &[u8]) -> Vec<u8> {
    let mut json = Vec::new();
    feed(handle, &mut |call| {
        let request = call.request(bytes);
        let mut writer = Writer::default();
        writer.open(b'{');
        write_bool("isCall", request.is_call, &mut writer);
        write_bool("askedForUsage", request.asked_for_usage, &mut writer);
        json = write_end(&request.name, &call.request_attributes(), writer);
    });
    json
}

#[wasm_bindgen]
pub fn step(handle: u32, number: u32) {
    with(handle, &mut |call| call.step(number));
}

#[wasm_bindgen]
pub fn response(handle: u32, status: u16, content_type: &[u8]) {
    with(handle, &mut |call| {
        call.response(status, &lossy(content_type))
    });
}

#[wasm_bindgen]
pub fn chunk(handle: u32, bytes: &[u8]) -> u32 {
    let mut bits = 0;
    feed(handle, &mut |call| {
        let seen = call.chunk(bytes);
        bits = u32::from(seen.first_data)
            | u32::from(seen.first_token) << 1
            | u32::from(seen.ended) << 2
            | u32::from(seen.error) << 3;
    });
    bits
}

#[wasm_bindgen]
pub fn finish(handle: u32, end: u32) -> Vec<u8> {
    let end = match end {
        0 => End::Complete,
        1 => End::Cancelled,
        2 => End::Failed,
        3 => End::Cut,
        _ => End::Unread,
    };
    let Some(call) = take(handle) else {
        return Vec::new();
    };
    let finished = call.finish(end);
    let mut writer = Writer::default();
    writer.open(b'{');
    if let Some(error) = finished.error {
        writer.key("error").open(b'{');
        writer.key("type").string(error.kind.as_bytes());
        writer.key("message").string(error.message.as_bytes());
        writer.close(b'}');
    }
    write_bool("incomplete", finished.incomplete, &mut writer);
    write_bool("fits", finished.fits, &mut writer);
    write_end(&finished.name, &finished.attributes, writer)
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
