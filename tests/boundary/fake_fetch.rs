//! Replaces the global `fetch` until it is dropped.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Request;

use laminar_edge::protobuf::{Field, Fields};

use super::ledger::{get, set};
use super::report::flush;

type Answer = Result<Promise, JsValue>;

thread_local! {
    static REAL: JsValue = get(&js_sys::global(), "fetch");
}

/// Restores the real `fetch`, which a failed test could not do.
pub(crate) fn restore() {
    REAL.with(|real| set(&js_sys::global(), "fetch", real));
}

pub(crate) struct FakeFetch {
    requests: Rc<RefCell<Vec<Request>>>,
    _closure: Closure<dyn FnMut(Request) -> Answer>,
}

impl FakeFetch {
    /// Answers by a function, which gets the number of earlier requests.
    pub(crate) fn with(answer: impl Fn(usize) -> Answer + 'static) -> Self {
        let requests = Rc::new(RefCell::new(Vec::new()));
        let seen = Rc::clone(&requests);
        let closure: Closure<dyn FnMut(Request) -> Answer> = Closure::new(move |request| {
            let before = seen.borrow().len();
            seen.borrow_mut().push(request);
            answer(before)
        });
        restore();
        set(&js_sys::global(), "fetch", closure.as_ref());
        Self {
            requests,
            _closure: closure,
        }
    }

    /// Answers every request with this status and body.
    pub(crate) fn answering(status: u16, body: &'static [u8]) -> Self {
        Self::with(move |_| respond(status, body))
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.borrow().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.requests.borrow().len()
    }

    /// Returns a request's body, which can be read once.
    pub(crate) async fn body(&self, request: usize) -> Vec<u8> {
        let request = self.requests().swap_remove(request);
        let body = JsFuture::from(request.array_buffer().unwrap()).await;
        Uint8Array::new(&body.unwrap()).to_vec()
    }

    /// Returns the names of the spans in a request, and consumes its body.
    pub(crate) async fn spans(&self, request: usize) -> Vec<String> {
        span_names(&self.body(request).await)
    }
}

impl Drop for FakeFetch {
    fn drop(&mut self) {
        restore();
    }
}

/// Sends everything to a server that accepts it, and returns the bodies.
pub(crate) async fn deliver() -> Vec<Vec<u8>> {
    let fetch = FakeFetch::answering(200, &[]);
    let report = flush().await;
    assert!(report.ok, "{report:?}");
    let mut bodies = Vec::new();
    for request in 0..fetch.count() {
        bodies.push(fetch.body(request).await);
    }
    bodies
}

/// Returns a promise of a real `Response`.
pub(crate) fn respond(status: u16, body: &[u8]) -> Answer {
    response(status, body, &Object::new())
}

/// Returns one with a `Retry-After`.
pub(crate) fn respond_with(status: u16, body: &[u8], retry_after: &str) -> Answer {
    let headers = Object::new();
    set(&headers, "retry-after", &retry_after.into());
    let init = Object::new();
    set(&init, "headers", &headers);
    response(status, body, &init)
}

fn response(status: u16, body: &[u8], init: &Object) -> Answer {
    set(init, "status", &status.into());
    Ok(Promise::resolve(&response_of(body, init)))
}

/// Returns a real `Response`.
pub(crate) fn response_of(body: &[u8], init: &Object) -> JsValue {
    let constructor: Function = get(&js_sys::global(), "Response").unchecked_into();
    let arguments = Array::of2(&Uint8Array::from(body), init);
    Reflect::construct(&constructor, &arguments).unwrap()
}

/// Returns a promise of the value of a JavaScript expression.
pub(crate) fn evaluated(expression: &str) -> Answer {
    Ok(Promise::resolve(&value_of(expression)))
}

/// Returns the value of a JavaScript expression.
pub(crate) fn value_of(expression: &str) -> JsValue {
    Function::new_no_args(&format!("return ({expression})"))
        .call0(&JsValue::UNDEFINED)
        .unwrap()
}

/// Returns a promise that never settles.
pub(crate) fn never() -> Answer {
    Ok(Promise::new(&mut |_, _| {}))
}

/// Reads `resource_spans`, `scope_spans`, `spans` and `name`, and returns the names sorted.
pub(crate) fn span_names(body: &[u8]) -> Vec<String> {
    let inner = |message, number| {
        Fields(message).filter_map(move |field| match field {
            (found, Field::Bytes(bytes)) if found == number => Some(bytes),
            _ => None,
        })
    };
    let spans = inner(body, 1).flat_map(|resource| inner(resource, 2).flat_map(|s| inner(s, 2)));
    let names = spans.flat_map(|span| inner(span, 5));
    let mut names: Vec<String> = names
        .map(|name| String::from_utf8(name.to_vec()).unwrap())
        .collect();
    names.sort();
    names
}
