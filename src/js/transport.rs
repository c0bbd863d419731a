//! How a flush reaches the network: `pkg/lib/delivery/transport.js`, one object to a flush, and the
//! requests that are built for it here. Nothing of a request stays in wasm when its flush is over.

use js_sys::{JsString, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, Headers, Request, RequestInit, RequestRedirect};

#[wasm_bindgen]
extern "C" {
    /// What a flush needs of JavaScript: the program's own `fetch`, and what must survive a trap.
    pub type Transport;

    /// Throws for what no request can carry, such as a key with a line break.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn target(this: &Transport, destination: usize) -> Result<Target, JsValue>;

    /// Calls `fetch` outside of any span and remembers the answer under the lease's number.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn fetch(
        this: &Transport,
        destination: usize,
        request: &Request,
        token: u32,
    ) -> Result<Promise, JsValue>;

    /// A promise of the first bytes of an answer's body; it never rejects.
    #[wasm_bindgen(method)]
    pub(crate) fn read(this: &Transport, response: &JsValue) -> Promise;

    /// A promise of the bytes compressed, or of undefined where the runtime cannot.
    #[wasm_bindgen(method)]
    pub(crate) fn gzip(this: &Transport, bytes: &Uint8Array) -> Promise;

    /// Whether the request may outlive the page; then so many bytes are set aside for it.
    #[wasm_bindgen(method, js_name = reserveKeepalive)]
    fn reserve_keepalive(this: &Transport, bytes: u32, token: u32) -> bool;

    /// Tells what became of a batch, for a report that must survive a trap.
    #[wasm_bindgen(method)]
    pub(crate) fn settled(
        this: &Transport,
        exported: f64,
        rejected: f64,
        dropped: f64,
        reason: Option<&'static str>,
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

    #[wasm_bindgen(js_name = Uint8Array)]
    type Bytes;
    #[wasm_bindgen(constructor, catch, js_class = "Uint8Array")]
    fn new(length: u32) -> Result<Bytes, JsValue>;
}

/// Copies bytes out of wasm memory; fails where JavaScript has no memory for them.
pub(crate) fn copied(bytes: &[u8]) -> Result<Uint8Array, JsValue> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let copy: Uint8Array = Bytes::new(length)?.unchecked_into();
    copy.copy_from(bytes);
    Ok(copy)
}

impl Transport {
    /// Builds the request that carries `body`.
    pub(crate) fn request(
        &self,
        target: &Target,
        body: &Uint8Array,
        compressed: bool,
        token: u32,
    ) -> Result<Request, JsValue> {
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
        let signal = self
            .shared_controller()
            .map(|controller| controller.signal());
        init.set_signal(signal.as_ref());
        if self.reserve_keepalive(body.length(), token) {
            // web-sys has no setter for it.
            Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)?;
            // Kept, it would be in the requests that follow.
            target.set_init(&init_with(&target.headers()));
        }
        // The address stays a string of JavaScript's, whatever the binding calls it.
        let request = Request::new_with_request_and_init(target.url().unchecked_ref(), &init);
        init.set_body(&JsValue::UNDEFINED);
        init.set_signal(None);
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
