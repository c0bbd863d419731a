//! The boundary: the only place that knows JavaScript.
//!
//! | export | does |
//! |---|---|
//! | `open(format, names, flags, media_limit_bytes)` | begins a call and returns its handle, never 0. `format` is the number of [`Format`]; `names` are the system and the model, with a line end between them. `flags`: 1 record inputs, 2 record outputs, 4 known host, 8 the path asks for a stream. An unknown format gives 0 |
//! | `chunk(handle, bytes)` | takes bytes of the body that is being read, which may be cut anywhere: of the request until `response` has come, then of the answer. Returns what of the answer came for the first time: 1 data of a stream, 2 a token of a stream, 4 the end mark, 8 an error |
//! | `request(handle, bytes)` | takes the last bytes of the request's body; returns `{ isCall, askedForUsage, name, attributes }`. `finish` then returns the attributes of the answer alone |
//! | `response(handle, status, step, content_type)` | takes the head of the answer; `step` is the number of the request of a universal body that was answered |
//! | `finish(handle, end)` | frees the handle; returns `{ name, attributes, error?, incomplete, fits }`. `end`: 0 complete, 1 cancelled, 2 failed, 3 cut by a flush, 4 unread |
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

use core::cell::{Cell, RefCell};
use core::mem::{replace, ManuallyDrop};

use wasm_bindgen::prelude::*;

use crate::call::Call;
use crate::json::{copied, word_of, Writer};
use crate::options::Given;
use crate::record::Attributes;
use crate::{End, Format};

const MAX_OPEN: usize = 256;
/// What all open calls together keep.
const MAX_HELD_BYTES: usize = 32 << 20;

/// The open calls, the oldest first. The place of one that is at work is empty.
type Calls = Vec<(u32, Option<Box<Call>>)>;

thread_local! {
    // The module is never unloaded, so nothing has to drop them.
    static CALLS: ManuallyDrop<RefCell<Calls>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// Does something with the list.
fn with_calls<T>(action: impl FnOnce(&mut Calls) -> T) -> T {
    CALLS.with(|calls| action(&mut calls.borrow_mut()))
}

/// Puts a call back into the place of its handle, or takes it out of there. Returns what was there.
#[inline(never)]
fn put(handle: u32, call: Option<Box<Call>>) -> Option<Box<Call>> {
    with_calls(|calls| {
        let place = calls.iter_mut().find(|(own, _)| *own == handle);
        place.and_then(|(_, held)| replace(held, call))
    })
}

/// Takes the call at a place out of the list.
#[inline(never)]
fn remove(calls: &mut Calls, place: usize) -> Option<Box<Call>> {
    if place < calls.len() {
        calls.remove(place).1
    } else {
        None
    }
}

/// Does something with a call that may make it keep more: as much as all leave.
#[inline(never)]
fn with(handle: u32, action: &mut dyn FnMut(&mut Call)) {
    if let Some(mut call) = put(handle, None) {
        let held: usize = with_calls(|calls| {
            let others = calls.iter().filter_map(|(_, call)| call.as_ref());
            others.map(|call| call.held_bytes()).sum()
        });
        call.allow(MAX_HELD_BYTES.saturating_sub(held + call.held_bytes()));
        action(&mut call);
        put(handle, Some(call));
    }
}

/// Writes what the span gets, and closes the object.
#[inline(never)]
fn write_end(name: &[u8], attributes: &Attributes, writer: &mut Writer) {
    writer.key("name").string(name);
    writer.key("attributes").raw(b"[").raw(attributes.pairs());
    writer.raw(b"]}");
}

#[wasm_bindgen]
pub fn open(format: u32, names: &[u8], flags: u32, media_limit_bytes: u32) -> u32 {
    let Some(format) = Format::from_number(format) else {
        return 0;
    };
    let call = Call::open(Given {
        format,
        names: copied(names),
        flags,
        media_limit_bytes: media_limit_bytes as usize,
    });
    let handle = LAST.get().wrapping_add(1).max(1);
    LAST.set(handle);
    with_calls(|calls| {
        if calls.len() >= MAX_OPEN {
            remove(calls, 0);
        }
        calls.push((handle, Some(call)));
    });
    handle
}

#[wasm_bindgen]
pub fn request(handle: u32, bytes: &[u8]) -> Vec<u8> {
    let mut writer = Writer::default();
    with(handle, &mut |call| {
        call.request_part(bytes);
        if let Some(asked) = call.ask() {
            writer.open(b'{');
            writer.key("isCall").raw(word_of(asked.is_call));
            writer
                .key("askedForUsage")
                .raw(word_of(asked.asked_for_usage));
            write_end(&asked.name, &asked.attributes, &mut writer);
            asked.attributes.clear();
        }
    });
    writer.out
}

#[wasm_bindgen]
pub fn response(handle: u32, status: u16, step: u32, content_type: &[u8]) {
    with(handle, &mut |call| {
        call.step(step);
        call.head(status, content_type);
    });
}

#[wasm_bindgen]
pub fn chunk(handle: u32, bytes: &[u8]) -> u32 {
    let mut seen = 0;
    with(handle, &mut |call| {
        if call.answered {
            seen = call.read(bytes);
        } else {
            call.request_part(bytes);
        }
    });
    seen
}

#[wasm_bindgen]
pub fn finish(handle: u32, end: u32) -> Vec<u8> {
    let mut writer = Writer::default();
    let found = with_calls(|calls| {
        let place = calls.iter().position(|(own, _)| *own == handle)?;
        remove(calls, place)
    });
    if let Some(mut call) = found {
        let Some(ended) = call.end(end == End::Cancelled as u32) else {
            return Vec::new();
        };
        writer.open(b'{');
        if ended.error.there() {
            writer.key("error").open(b'{');
            writer.key("type").string(&ended.error.kind);
            writer.key("message").string(&ended.error.message);
            writer.close(b'}');
        }
        writer.key("incomplete").raw(word_of(ended.incomplete));
        writer.key("fits").raw(word_of(ended.fits));
        write_end(ended.name, ended.attributes, &mut writer);
    }
    writer.out
}

/// Traps, for the tests of what happens then.
#[cfg(feature = "test-traps")]
#[wasm_bindgen]
pub fn trap_now() {
    core::arch::wasm32::unreachable();
}
