//! The boundary: the only place that knows JavaScript.
//!
//! | export | does |
//! |---|---|
//! | `open(format, system, model, flags, media_limit_bytes)` | begins a call and returns its handle, never 0. `format` is the number of [`Format`]. `flags`: 1 record inputs, 2 record outputs, 4 known host, 8 the path asks for a stream. An unknown format gives 0 |
//! | `request_part(handle, bytes)` | takes a piece of the request's body: a body may be cut anywhere |
//! | `request(handle, bytes)` | takes the last piece; returns `{ isCall, stream, askedForUsage, name }` |
//! | `request_attributes(handle)` | returns `{ attributes, doubles }` of the request. `finish` then returns those of the answer alone |
//! | `step(handle, number)` | says which request of a universal body was answered, before `response` |
//! | `response(handle, status, content_type)` | takes the head of the answer |
//! | `chunk(handle, bytes)` | takes bytes of the answer, cut anywhere; returns what came for the first time: 1 data of a stream, 2 a token of a stream, 4 the end mark, 8 an error |
//! | `finish(handle, end)` | frees the handle; returns `{ name, attributes, doubles, error?, incomplete, fits }`. `end`: 0 complete, 1 cancelled, 2 failed, 3 cut by a flush, 4 unread |
//! | `close(handle)` | frees the handle |
//! | `held_bytes()` | returns about how many bytes all open calls keep |
//!
//! `attributes` is `[key, value, key, value, …]`; a value is a string, a boolean, an array of strings, or a
//! number, which is an integer. `doubles` is `[key, number, …]`: numbers that are doubles, whole or not.
//! `error` is `{ type, message }`; the message may be empty. `laminar.incomplete` and `error.type` are
//! attributes, too.
//!
//! A handle that is not open is no error: exports return `undefined` or 0 then. At most 256 calls are open;
//! one more closes the oldest. All of them together keep at most 32 MiB; what does not fit is left out of
//! the span, and counted there. `bytes` are copied into the module: cut them into pieces of 1 MiB at most.

use core::cell::RefCell;

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::{Call, End, Format, Options, Value};

const MAX_OPEN: usize = 256;

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

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = parseFloat)]
    fn parse_float(text: &str) -> f64;
}

fn with<T>(handle: u32, action: impl FnOnce(&mut Call) -> T) -> Option<T> {
    STATE.with_borrow_mut(|state| {
        let mut calls = state.calls.iter_mut();
        let (_, call) = calls.find(|(own, _)| *own == handle)?;
        Some(action(call))
    })
}

fn take(handle: u32) -> Option<Box<Call>> {
    STATE.with_borrow_mut(|state| {
        let place = state.calls.iter().position(|(own, _)| *own == handle)?;
        Some(state.calls.remove(place).1)
    })
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // An object of our own takes any key.
    let _ = Reflect::set(object, &key.into(), value);
}

fn set_attributes(object: &Object, attributes: &[(&'static str, Value)]) {
    let (whole, doubles) = (Array::new(), Array::new());
    for (key, value) in attributes {
        let list = if matches!(value, Value::Double(_)) {
            &doubles
        } else {
            &whole
        };
        list.push(&(*key).into());
        list.push(&match value {
            Value::Str(text) => text.into(),
            #[expect(
                clippy::cast_precision_loss,
                reason = "JavaScript has no other numbers"
            )]
            Value::Int(number) => (*number as f64).into(),
            Value::Double(number) => parse_float(number).into(),
            Value::Bool(value) => (*value).into(),
            Value::StrList(texts) => {
                let list = Array::new();
                for text in texts {
                    list.push(&text.into());
                }
                list.into()
            }
        });
    }
    set(object, "attributes", &whole);
    set(object, "doubles", &doubles);
}

#[wasm_bindgen]
pub fn open(format: u32, system: String, model: String, flags: u32, media_limit_bytes: u32) -> u32 {
    let Some(format) = Format::from_number(format) else {
        return 0;
    };
    let call = Box::new(Call::new(Options {
        format,
        system,
        model,
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
    with(handle, |call| call.request_part(bytes));
}

#[wasm_bindgen]
pub fn request(handle: u32, bytes: &[u8]) -> Option<Object> {
    let request = with(handle, |call| call.request(bytes))?;
    let object = Object::new();
    set(&object, "isCall", &request.is_call.into());
    set(&object, "stream", &request.stream.into());
    set(&object, "askedForUsage", &request.asked_for_usage.into());
    set(&object, "name", &request.name.into());
    Some(object)
}

#[wasm_bindgen]
pub fn request_attributes(handle: u32) -> Option<Object> {
    let attributes = with(handle, Call::request_attributes)?;
    let object = Object::new();
    set_attributes(&object, &attributes);
    Some(object)
}

#[wasm_bindgen]
pub fn step(handle: u32, number: u32) {
    with(handle, |call| call.step(number));
}

#[wasm_bindgen]
pub fn response(handle: u32, status: u16, content_type: &str) {
    with(handle, |call| call.response(status, content_type));
}

#[wasm_bindgen]
pub fn chunk(handle: u32, bytes: &[u8]) -> u32 {
    let seen = with(handle, |call| call.chunk(bytes)).unwrap_or_default();
    u32::from(seen.first_data)
        | u32::from(seen.first_token) << 1
        | u32::from(seen.ended) << 2
        | u32::from(seen.error) << 3
}

#[wasm_bindgen]
pub fn finish(handle: u32, end: u32) -> Option<Object> {
    let end = match end {
        0 => End::Complete,
        1 => End::Cancelled,
        2 => End::Failed,
        3 => End::Cut,
        _ => End::Unread,
    };
    let finished = take(handle)?.finish(end);
    let object = Object::new();
    set(&object, "name", &finished.name.into());
    set_attributes(&object, &finished.attributes);
    if let Some(error) = finished.error {
        let fault = Object::new();
        set(&fault, "type", &error.kind.into());
        set(&fault, "message", &error.message.into());
        set(&object, "error", &fault);
    }
    set(&object, "incomplete", &finished.incomplete.into());
    set(&object, "fits", &finished.fits.into());
    Some(object)
}

#[wasm_bindgen]
pub fn close(handle: u32) {
    take(handle);
}

#[wasm_bindgen]
pub fn held_bytes() -> u32 {
    STATE.with_borrow(|state| {
        let held = state.calls.iter().map(|(_, call)| call.held_bytes());
        u32::try_from(held.sum::<usize>()).unwrap_or(u32::MAX)
    })
}

/// Traps, for the tests of what happens then.
#[cfg(feature = "test-traps")]
#[wasm_bindgen]
pub fn trap_now() {
    core::arch::wasm32::unreachable();
}
