//! What a fresh instance takes over from a dead one; `pkg/lib/core/take-over.js` and
//! `instance.js` call it.

use js_sys::{Array, Object, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::js::report::float;
use crate::js::state::with;
use crate::DeadMemory;

#[wasm_bindgen]
extern "C" {
    /// A dead instance, as JavaScript keeps it.
    pub type DeadInstance;

    /// Where its root is.
    #[wasm_bindgen(method, getter)]
    fn root(this: &DeadInstance) -> u32;
    /// The buffer of its memory.
    #[wasm_bindgen(method, getter)]
    fn buffer(this: &DeadInstance) -> Object;
    /// How large that is: 4 GiB are one byte more than 32 bits can count.
    #[wasm_bindgen(method, getter)]
    fn bytes(this: &DeadInstance) -> f64;
    /// The numbers that this instance has for the destinations of the dead one, by their numbers there. Those
    /// that [`destinations_in_use`] names are enough.
    #[wasm_bindgen(method, getter)]
    fn destinations(this: &DeadInstance) -> Array;
}

struct Memory {
    buffer: Object,
    bytes: f64,
}

impl Memory {
    fn of(dead: &DeadInstance) -> Self {
        Self {
            buffer: dead.buffer(),
            bytes: dead.bytes(),
        }
    }
}

impl DeadMemory for Memory {
    fn read(&self, address: u32, into: &mut [u8]) -> bool {
        let Ok(len) = u32::try_from(into.len()) else {
            return false;
        };
        if f64::from(address) + f64::from(len) > self.bytes {
            return false;
        }
        Uint8Array::new_with_byte_offset_and_length(&self.buffer, address, len).copy_to(into);
        true
    }
}

/// Returns the address of the [`Root`](crate::table::Root).
#[wasm_bindgen]
pub fn root() -> usize {
    with(0, |state| core::ptr::from_ref(state.buffer.root()) as usize)
}

/// Adds the counters of a dead instance.
#[wasm_bindgen]
pub fn adopt_counters(dead: &DeadInstance) {
    let (memory, root) = (Memory::of(dead), dead.root());
    with((), |state| state.buffer.take_over_counters(&memory, root));
}

/// Returns the numbers of the destinations that its chunks have. A program with many keys has had many
/// more.
#[wasm_bindgen]
pub fn destinations_in_use(dead: &DeadInstance) -> Array {
    let numbers = Array::new();
    for number in crate::destinations_in_use(&Memory::of(dead), dead.root()) {
        numbers.push(&number.into());
    }
    numbers
}

/// Takes its chunks over, and counts what is lost.
#[wasm_bindgen]
pub fn adopt_chunks(dead: &DeadInstance) {
    let (memory, root, destinations) = (Memory::of(dead), dead.root(), dead.destinations());
    with((), |state| {
        let known = state.buffer.destinations();
        let destination_of = |number| known.at(whole(&destinations.get(number)));
        state
            .buffer
            .take_over_chunks(&memory, root, &destination_of);
    });
}

/// Counts spans that are recorded and not here as lost. Returns how many.
#[wasm_bindgen]
pub fn reconcile() -> f64 {
    with(0.0, |state| float(state.buffer.reconcile()))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate, and what is no number is no destination"
)]
fn whole(number: &JsValue) -> usize {
    number.as_f64().map_or(usize::MAX, |number| number as usize)
}
