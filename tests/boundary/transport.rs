//! Replaces `pkg/lib/delivery/transport.js`, by which a flush sends.

use js_sys::{Array, Function, Promise, Uint8Array};
use laminar_edge::constants::BY_NETWORK;
use laminar_edge::js;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::ledger::{get, set};

const GZIP: &str = include_str!("../../pkg/lib/delivery/gzip.js");
const READ_BODY: &str = include_str!("../../pkg/lib/delivery/read-body.js");
const TRANSPORT: &str = include_str!("transport.js");

thread_local! {
    static SCRIPT: JsValue = {
        let modules = [GZIP, READ_BODY].concat().replace("\nexport ", "\n");
        Function::new_no_args(&[&modules, TRANSPORT].concat())
            .call0(&JsValue::UNDEFINED)
            .unwrap()
    };
}

fn call(name: &str, arguments: &Array) -> JsValue {
    SCRIPT.with(|script| {
        let function: Function = get(script, name).unchecked_into();
        function.apply(script, arguments).unwrap()
    })
}

/// Returns the number of a new destination with this URL and key, which the transport knows too.
pub(crate) fn destination_at(url: &str, key: &str) -> usize {
    know(url, key, false)
}

/// Returns a destination whose requests are compressed.
pub(crate) fn compressed_destination() -> usize {
    know("https://gzip.example/v1/traces", "key", true)
}

fn know(url: &str, key: &str, compressed: bool) -> usize {
    let id = js::destination(BY_NETWORK);
    let arguments = Array::of4(
        &(id as f64).into(),
        &url.into(),
        &key.into(),
        &compressed.into(),
    );
    call("know", &arguments);
    id
}

/// Returns a transport for one flush, which calls the global `fetch`.
pub(crate) fn transport() -> js::Transport {
    call("make", &Array::new()).unchecked_into()
}

/// Returns one whose requests may outlive the page.
pub(crate) fn keepalive_transport() -> js::Transport {
    let transport = transport();
    set(&transport, "keepalive", &JsValue::TRUE);
    transport
}

/// Returns the numbers of the leases whose requests have been sent.
pub(crate) fn tokens(transport: &js::Transport) -> Vec<u32> {
    let tokens: Array = get(transport, "tokens").unchecked_into();
    tokens
        .iter()
        .map(|token| token.as_f64().unwrap() as u32)
        .collect()
}

/// Returns what the core reported of each batch: "exported rejected dropped reason".
pub(crate) fn told(transport: &js::Transport) -> Vec<String> {
    let told: Array = get(transport, "told").unchecked_into();
    told.iter().map(|each| each.as_string().unwrap()).collect()
}

pub(crate) async fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let promise: Promise = call("gunzip", &Array::of1(&Uint8Array::from(bytes))).unchecked_into();
    Uint8Array::new(&JsFuture::from(promise).await.unwrap()).to_vec()
}
