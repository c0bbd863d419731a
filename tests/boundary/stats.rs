//! `stats()` as JavaScript gets it.

use laminar_edge::{js, DropReason};
use wasm_bindgen_test::wasm_bindgen_test;

use super::ledger::{fresh, FIGURES};
use super::record_in::{answers, raw};

#[wasm_bindgen_test]
fn figures_come_first_and_losses_by_reason() {
    fresh();
    let trap = FIGURES.len() + DropReason::Trap as usize;
    let before = answers(js::stats());
    assert_eq!(before.len(), FIGURES.len() + DropReason::ALL.len());
    raw("lose_span", &[]);
    let after = answers(js::stats());
    let changed: Vec<_> = (0..after.len())
        .filter(|at| after[*at] != before[*at])
        .collect();
    assert_eq!(changed, [0, trap]);
    assert_eq!(after[trap] - before[trap], 1.0);
}
