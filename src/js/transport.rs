//! What a flush needs of JavaScript: `pkg/lib/transport.js`, one object to a flush. It is a local
//! of that flush's future, so that nothing of a request stays behind in wasm.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Sends what this flush has to send.
    pub type Transport;

    /// Makes the request with a copy of `body`, which is a view of wasm memory: a [`Prepared`], or
    /// a promise of one.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn prepare(
        this: &Transport,
        destination: usize,
        body: &Uint8Array,
    ) -> Result<JsValue, JsValue>;

    /// Sends it: a promise of an [`Answer`].
    #[wasm_bindgen(method, catch)]
    pub(crate) fn send(
        this: &Transport,
        prepared: &Prepared,
        token: u32,
    ) -> Result<Promise, JsValue>;

    /// Aborts all that is under way.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn cancel(this: &Transport) -> Result<(), JsValue>;

    /// A request that can be sent.
    pub type Prepared;

    /// How large its body became; 0 if the view was gone before it was copied.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn bytes(this: &Prepared) -> usize;

    /// How the server answered.
    pub type Answer;

    /// The HTTP status; 0 if it was no HTTP answer.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn status(this: &Answer) -> u16;
    /// Its `Retry-After`, clamped.
    #[wasm_bindgen(method, getter, js_name = retryAfterMs)]
    pub(crate) fn retry_after_ms(this: &Answer) -> Option<f64>;
    /// A promise of [`Said`].
    #[wasm_bindgen(method, getter)]
    pub(crate) fn said(this: &Answer) -> Promise;

    /// What the answer's body says.
    pub type Said;

    /// Spans that the server took in but will not keep.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn rejected(this: &Said) -> f64;
    /// Words for the report, bounded.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn message(this: &Said) -> String;
    /// The body, where it has to be read as protobuf.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn protobuf(this: &Said) -> Option<Uint8Array>;
}
