//! What a flush sends with, in place of `pkg/lib/transport.js`.

use js_sys::{Array, Function};
use laminar_edge::js;
use wasm_bindgen::prelude::*;

use super::ledger::get;

thread_local! {
    static SCRIPT: JsValue = Function::new_no_args(include_str!("transport.js"))
        .call0(&JsValue::UNDEFINED)
        .unwrap();
}

fn call(name: &str, arguments: &Array) -> JsValue {
    SCRIPT.with(|script| {
        let function: Function = get(script, name).unchecked_into();
        function.apply(script, arguments).unwrap()
    })
}

/// The number of the destination with this URL and key, known to the transport as well.
pub(crate) fn destination_at(url: &str, key: &str) -> usize {
    let id = js::destination(url, key);
    let arguments = Array::of3(&(id as f64).into(), &url.into(), &key.into());
    call("know", &arguments);
    id
}

/// One for each flush. Calls the global `fetch`.
pub(crate) fn transport() -> js::Transport {
    call("make", &Array::new()).unchecked_into()
}
