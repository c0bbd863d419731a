//! The transport of the boundary's flush, made by Rust instead of JavaScript: one object for each flush, whose
//! methods are made once for an isolate and belong to no request.

use core::cell::OnceCell;

use js_sys::{Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{future_to_promise, JsFuture};
use web_sys::{Headers, Request};

use crate::js::state::with;
use crate::js::Transport;

/// A partial success is shorter than this.
const BODY_BYTES: u32 = 64 << 10;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch, catch)]
    fn global_fetch(request: &Request) -> Result<Promise, JsValue>;

    /// What `fetch` resolved to, which may be any value if the program replaced `fetch`.
    type Response;
    #[wasm_bindgen(method, getter, catch)]
    fn body(this: &Response) -> Result<Stream, JsValue>;

    type Stream;
    #[wasm_bindgen(method, js_name = getReader, catch)]
    fn get_reader(this: &Stream) -> Result<Reader, JsValue>;

    type Reader;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> Result<Promise, JsValue>;
}

thread_local! {
    static METHODS: OnceCell<Object> = const { OnceCell::new() };
}

/// Returns the transport of one flush.
pub(crate) fn transport() -> Transport {
    let transport = METHODS.with(|methods| Object::create(methods.get_or_init(make_methods)));
    // Its AbortController, once it has one: an own property, so that no two flushes share it.
    set(&transport, "controller", &JsValue::UNDEFINED);
    transport.unchecked_into()
}

fn make_methods() -> Object {
    let methods = Object::new();
    let target = Closure::<dyn Fn(usize) -> Result<JsValue, JsValue>>::new(target_of);
    set(&methods, "target", &target.into_js_value());
    let fetch = Closure::<dyn Fn(usize, Request, u32) -> Result<Promise, JsValue>>::new(
        |_destination, request: Request, _token| global_fetch(&request),
    );
    set(&methods, "fetch", &fetch.into_js_value());
    let read = Closure::<dyn Fn(JsValue) -> Promise>::new(|response: JsValue| {
        future_to_promise(async move { Ok(first_bytes(response.unchecked_into()).await.into()) })
    });
    set(&methods, "read", &read.into_js_value());
    // This is no page, so no request has to outlive it.
    let reserve = Closure::<dyn Fn(u32, u32) -> bool>::new(|_bytes, _token| false);
    set(&methods, "reserveKeepalive", &reserve.into_js_value());
    // The npm package keeps a second report for traps; here a trap ends the whole program.
    let settled = Closure::<dyn Fn(f64, f64, f64, JsValue)>::new(|_, _, _, _| {});
    set(&methods, "settled", &settled.into_js_value());
    methods
}

/// Returns URL and headers of a destination; throws what no header can carry.
fn target_of(index: usize) -> Result<JsValue, JsValue> {
    let (url, key) = with(None, |state| {
        let id = state.buffer.destination_at(index)?;
        let target = state.buffer.destination_of(id)?;
        Some((target.url.clone(), target.key.clone()))
    })
    .ok_or_else(|| JsValue::from(js_sys::Error::new("no such destination")))?;
    let headers = Headers::new()?;
    headers.set("content-type", "application/x-protobuf")?;
    if !key.is_empty() {
        let refused = |_| {
            // The runtime's message quotes the key, and reports are logged.
            js_sys::Error::new("the project API key holds characters that no header can carry")
        };
        headers
            .set("authorization", &format!("Bearer {key}"))
            .map_err(refused)?;
    }
    let target = Object::new();
    set(&target, "url", &url.into());
    set(&target, "headers", &headers);
    set(&target, "init", &JsValue::UNDEFINED);
    set(&target, "gzip", &JsValue::FALSE);
    Ok(target.into())
}

/// Reads the beginning of an answer's body. The bytes that have arrived are enough, because the status decides.
async fn first_bytes(response: Response) -> Uint8Array {
    let mut bytes = Vec::new();
    if let Ok(reader) = response.body().and_then(|stream| stream.get_reader()) {
        let is_over = fill(&reader, &mut bytes).await;
        if !is_over {
            // This frees the connection; a failure changes nothing.
            if let Ok(cancelled) = reader.cancel() {
                let _: Result<JsValue, JsValue> = JsFuture::from(cancelled).await;
            }
        }
    }
    Uint8Array::from(bytes.as_slice())
}

/// Reads until the end or the limit. True if the end has come.
async fn fill(reader: &Reader, bytes: &mut Vec<u8>) -> bool {
    let mut room = BODY_BYTES;
    while room > 0 {
        let Ok(next) = reader.read() else {
            return false;
        };
        let Ok(part) = JsFuture::from(next).await else {
            return true;
        };
        let value = Reflect::get(&part, &"value".into()).unwrap_or_default();
        let Some(part) = value.dyn_ref::<Uint8Array>() else {
            return true;
        };
        let taken = part.length().min(room);
        bytes.extend(part.subarray(0, taken).to_vec());
        // Empty parts count too, because endless ones would block the isolate.
        room -= taken.max(1);
    }
    false
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // This fails for frozen objects only.
    let _: Result<bool, JsValue> = Reflect::set(object, &name.into(), value);
}
