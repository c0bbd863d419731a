//! How a flush reaches the network: `pkg/lib/delivery/transport.js`, one object to a flush, and the
//! requests that are built for it here. Nothing of a request stays in wasm when its flush is over.

use js_sys::{JsString, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, Headers, Request, RequestInit, RequestRedirect};

#[wasm_bindgen]
extern "C" {
    /// What a flush needs of JavaScript: the program's own `fetch`, and what must survive a trap.
    pub type Transport;

    /// Throws for what no request can carry, such as a key with a line break.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn target(this: &Transport, destination: usize) -> Result<Target, JsValue>;

    /// Calls `fetch` outside of any span and remembers the answer under the lease's number. `request` is a
    /// `Request`, or for a target that takes them the options of one.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn fetch(
        this: &Transport,
        destination: usize,
        request: &JsValue,
        token: u32,
    ) -> Result<Promise, JsValue>;

    /// A promise of the first bytes of an answer's body, which never rejects; undefined where there is
    /// nothing to read.
    #[wasm_bindgen(method)]
    pub(crate) fn read(this: &Transport, response: &JsValue) -> Option<Promise>;

    /// A promise of the bytes compressed, or of undefined where the runtime cannot.
    #[wasm_bindgen(method)]
    pub(crate) fn gzip(this: &Transport, bytes: &Uint8Array) -> Promise;

    /// Whether the request may outlive the page; then so many bytes are set aside for it.
    #[wasm_bindgen(method, js_name = reserveKeepalive)]
    fn reserve_keepalive(this: &Transport, bytes: u32, token: u32) -> bool;

    /// Tells what became of a batch, for a report that must survive a trap, and what its destination
    /// answered.
    #[wasm_bindgen(method)]
    pub(crate) fn settled(
        this: &Transport,
        exported: f64,
        rejected: f64,
        dropped: f64,
        reason: Option<&'static str>,
        destination: u32,
        status: u16,
    );

    #[wasm_bindgen(method, getter)]
    fn controller(this: &Transport) -> Option<AbortController>;
    #[wasm_bindgen(method, setter)]
    fn set_controller(this: &Transport, controller: &AbortController);

    /// Where a request goes.
    pub type Target;

    #[wasm_bindgen(method, getter)]
    fn url(this: &Target) -> JsString;
    /// Method, headers and redirect of every request that is not compressed; a request copies them.
    #[wasm_bindgen(method, getter)]
    fn init(this: &Target) -> Option<RequestInit>;
    #[wasm_bindgen(method, setter)]
    fn set_init(this: &Target, init: &RequestInit);
    #[wasm_bindgen(method, getter)]
    fn headers(this: &Target) -> Headers;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn gzip(this: &Target) -> bool;
    /// Whether `fetch` is called with an address and options. Without it, it gets a `Request`, which costs
    /// more: runtimes make one more of it.
    #[wasm_bindgen(method, getter, js_name = takesOptions)]
    pub(crate) fn takes_options(this: &Target) -> bool;

    /// What web-sys has no setter for.
    type Keepalive;
    #[wasm_bindgen(method, setter)]
    fn set_keepalive(this: &Keepalive, keepalive: bool);

    #[wasm_bindgen(js_name = Uint8Array)]
    type Bytes;
    #[wasm_bindgen(constructor, catch, js_class = "Uint8Array")]
    fn of(bytes: &[u8]) -> Result<Bytes, JsValue>;
}

/// Copies bytes out of wasm memory; fails where JavaScript has no memory for them.
pub(crate) fn copied(bytes: &[u8]) -> Result<Uint8Array, JsValue> {
    Bytes::of(bytes).map(JsCast::unchecked_into)
}

impl Transport {
    /// Builds the options of the request that carries `body`. Those of a target are made once: whoever
    /// has used them takes the body out again.
    pub(crate) fn options(
        &self,
        target: &Target,
        body: &Uint8Array,
        compressed: bool,
    ) -> Result<RequestInit, JsValue> {
        let init = if compressed {
            let headers = Headers::new_with_headers(&target.headers())?;
            headers.set("content-encoding", "gzip")?;
            init_with(&headers)
        } else {
            target.init().unwrap_or_else(|| {
                let init = init_with(&target.headers());
                target.set_init(&init);
                init
            })
        };
        init.set_body(body);
        let controller = self.shared_controller();
        init.set_signal(controller.map(|controller| controller.signal()).as_ref());
        Ok(init)
    }

    /// Builds the request that carries `body`.
    pub(crate) fn request(
        &self,
        target: &Target,
        body: &Uint8Array,
        compressed: bool,
        token: u32,
    ) -> Result<Request, JsValue> {
        let init = self.options(target, body, compressed)?;
        let keepalive: &Keepalive = init.unchecked_ref();
        let outlives = self.reserve_keepalive(body.length(), token);
        if outlives {
            keepalive.set_keepalive(true);
        }
        // The address stays a string of JavaScript's, whatever the binding calls it.
        let request = Request::new_with_request_and_init(target.url().unchecked_ref(), &init);
        init.set_body(&JsValue::UNDEFINED);
        init.set_signal(None);
        if outlives {
            keepalive.set_keepalive(false);
        }
        request
    }

    /// One controller serves all requests of a flush. Fastly has none: there a request that is late
    /// ends by itself.
    fn shared_controller(&self) -> Option<AbortController> {
        self.controller().or_else(|| {
            let controller = AbortController::new().ok()?;
            self.set_controller(&controller);
            Some(controller)
        })
    }

    /// Aborts what is under way, which would hold a connection.
    pub(crate) fn cancel(&self) {
        if let Some(controller) = self.controller() {
            controller.abort();
        }
    }
}

fn init_with(headers: &Headers) -> RequestInit {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(headers);
    // Followed, a redirect would become a GET, whose success says nothing about the spans.
    init.set_redirect(RequestRedirect::Manual);
    init
}

/// Builds the request for an item out of a store; returns what was thrown if it cannot be built.
#[cfg(feature = "js")]
#[wasm_bindgen]
pub fn drain_request(
    transport: &Transport,
    target: &Target,
    body: &Uint8Array,
    compressed: bool,
    token: u32,
) -> JsValue {
    match transport.request(target, body, compressed, token) {
        Ok(request) => request.into(),
        Err(thrown) => thrown,
    }
}
