//! The staging memory, which JavaScript fills.

use laminar_edge::js;
use wasm_bindgen_test::wasm_bindgen_test;

use super::ledger::fresh;
use super::record_in::{places, Staging};

fn lengths() -> [usize; 3] {
    let places = places();
    [places[1], places[3], places[5]].map(|length| length as usize)
}

#[wasm_bindgen_test]
fn arrays_are_at_the_reported_addresses() {
    fresh();
    let places = places();
    assert_eq!(
        [places[0] % 4, places[2] % 8, js::staging() as u32 % 4],
        [0; 3]
    );
    let staging = Staging::now();
    assert_eq!(staging.words.length(), places[1]);
    assert_eq!(staging.floats.length(), places[3]);
    assert_eq!(staging.text.length(), places[5]);
}

#[wasm_bindgen_test]
fn reserve_enlarges_only_what_is_too_small() {
    fresh();
    let [words, floats, text] = lengths();
    js::reserve(1, 1, 1);
    assert_eq!(lengths(), [words, floats, text]);
    js::reserve(0, 0, 2 * text);
    assert_eq!(lengths(), [words, floats, 2 * text]);
    js::reserve(words + 1, floats + 1, 0);
    assert_eq!(lengths(), [words + 1, floats + 1, 2 * text]);
    js::reserve(0, 0, 0);
    assert_eq!(lengths(), [words, floats, text]);
}

#[wasm_bindgen_test]
fn a_view_from_before_growth_is_empty_afterwards() {
    fresh();
    let before = Staging::now();
    js::reserve(0, 0, 64 << 20);
    assert_eq!(before.text.length(), 0);
    assert_eq!(Staging::now().text.length(), 64 << 20);
    js::reserve(0, 0, 0);
}
