//! Memory that JavaScript fills before it calls.

use wasm_bindgen::prelude::*;

use crate::js::state::with;
use crate::js::traps::trap_point;
use crate::js::verdict::float;

const WORDS: usize = 1 << 11;
const FLOATS: usize = 1 << 7;
const TEXT_BYTES: usize = 16 << 10;

/// The arrays of a packed record. JavaScript writes through views of them, between calls.
pub(crate) struct Staging {
    pub(crate) words: Vec<u32>,
    pub(crate) floats: Vec<f64>,
    pub(crate) text: Vec<u8>,
}

impl Staging {
    pub(crate) fn new() -> Self {
        Self {
            words: vec![0; WORDS],
            floats: vec![0.0; FLOATS],
            text: vec![0; TEXT_BYTES],
        }
    }
}

/// Makes the arrays at least this long, or gives back what an outlier took if all are zero.
#[wasm_bindgen]
pub fn reserve(words: usize, floats: usize, text_bytes: usize) {
    trap_point!("reserve");
    with((), |state| {
        let staging = &mut state.staging;
        if words + floats + text_bytes == 0 {
            *staging = Staging::new();
            return;
        }
        enlarge(&mut staging.words, words);
        enlarge(&mut staging.floats, floats);
        enlarge(&mut staging.text, text_bytes);
    });
}

fn enlarge<T: Clone + Default>(array: &mut Vec<T>, len: usize) {
    if array.len() < len {
        // Replaced, not resized: the old content is worthless.
        *array = Vec::new();
        array.resize(len, T::default());
    }
}

/// Where the arrays are and how long: `[words, length, floats, length, text, length]`.
#[wasm_bindgen]
pub fn staging() -> Vec<f64> {
    trap_point!("staging");
    with(Vec::new(), |state| {
        let staging = &state.staging;
        [
            staging.words.as_ptr() as usize,
            staging.words.len(),
            staging.floats.as_ptr() as usize,
            staging.floats.len(),
            staging.text.as_ptr() as usize,
            staging.text.len(),
        ]
        .map(|number| float(number as u64))
        .to_vec()
    })
}
