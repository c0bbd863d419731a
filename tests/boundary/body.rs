//! The body is in wasm memory, so the request must own a copy.

use core::arch::wasm32;
use std::cell::Cell;
use std::rc::Rc;

use laminar_edge::js;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_fetch::{respond, FakeFetch};
use super::ledger::fresh;
use super::record_in::{destination, end};
use super::report::flush;

#[wasm_bindgen_test]
async fn a_body_survives_the_reuse_of_its_memory() {
    fresh();
    let destination = destination();
    for n in 0..200 {
        end(destination, &format!("kept {n:03}"));
    }
    let fetch = FakeFetch::answering(200, &[]);
    assert_eq!(flush().await.exported, 200.0);
    // The batch is settled, so its chunk is free, and these spans reuse its memory.
    for _ in 0..400 {
        end(destination, "overwritten");
    }
    let noise: Vec<Vec<u8>> = (0..64).map(|_| vec![0xee; 64 << 10]).collect();
    let names = fetch.spans(0).await;
    assert_eq!(names.len(), 200);
    assert!(names.iter().all(|name| name.starts_with("kept ")));
    drop(noise);
    js::clear();
}

#[wasm_bindgen_test]
async fn a_body_survives_memory_that_grows_inside_fetch() {
    fresh();
    end(destination(), "kept");
    let grown = Rc::new(Cell::new(false));
    let flag = Rc::clone(&grown);
    let fetch = FakeFetch::with(move |_| {
        flag.set(wasm32::memory_grow::<0>(1) != usize::MAX);
        respond(200, &[])
    });
    assert!(flush().await.ok);
    assert!(grown.get());
    assert_eq!(fetch.spans(0).await, ["kept"]);
}
