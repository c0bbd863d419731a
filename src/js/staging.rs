//! Memory that both sides know: JavaScript fills it before it calls and reads answers from it
//! afterwards.

use core::mem::size_of;

const WORDS: usize = 1 << 11;
const FLOATS: usize = 1 << 7;
const TEXT_BYTES: usize = 16 << 10;
/// Held destinations have three numbers each, behind one: ten of them, and no part of one more.
const ANSWERS: usize = 1 + 3 * 10;

/// At one address as long as the instance lives, see `pkg/lib/core/staging.js`.
#[repr(C)]
struct Shared {
    /// Where the arrays are and how long: `[words, length, floats, length, text, length]`.
    places: [usize; 6],
    answers: [f64; ANSWERS],
}

#[cfg(target_pointer_width = "32")]
const _: () = assert!(core::mem::offset_of!(Shared, answers) == 24 && size_of::<Shared>() == 272);

/// The arrays of a packed record. JavaScript writes through views of them, between calls.
pub(crate) struct Staging {
    shared: Shared,
    pub(crate) words: Vec<u32>,
    pub(crate) floats: Vec<f64>,
    pub(crate) text: Vec<u8>,
}

impl Staging {
    pub(crate) fn new() -> Self {
        let mut staging = Self {
            shared: Shared {
                places: [0; 6],
                answers: [0.0; ANSWERS],
            },
            words: Vec::new(),
            floats: Vec::new(),
            text: Vec::new(),
        };
        staging.rest();
        staging
    }

    /// Makes the arrays at least this long.
    pub(crate) fn enlarge(&mut self, words: usize, floats: usize, text_bytes: usize) {
        enlarge(&mut self.words, words);
        enlarge(&mut self.floats, floats);
        enlarge(&mut self.text, text_bytes);
        self.publish();
    }

    /// Returns where the addresses and the answers are.
    pub(crate) fn address(&self) -> usize {
        core::ptr::from_ref(&self.shared) as usize
    }

    /// Gives back what an outlier took.
    pub(crate) fn rest(&mut self) {
        self.words = vec![0; WORDS];
        self.floats = vec![0.0; FLOATS];
        self.set_text(vec![0; TEXT_BYTES]);
    }

    pub(crate) fn set_text(&mut self, text: Vec<u8>) {
        self.text = text;
        self.publish();
    }

    fn publish(&mut self) {
        self.shared.places = [
            self.words.as_ptr() as usize,
            self.words.len(),
            self.floats.as_ptr() as usize,
            self.floats.len(),
            self.text.as_ptr() as usize,
            self.text.len(),
        ];
    }

    /// Leaves numbers for JavaScript, as many as there is room for: how many.
    pub(crate) fn answer(&mut self, numbers: impl IntoIterator<Item = f64>) -> usize {
        let mut count = 0;
        for (place, number) in self.shared.answers.iter_mut().zip(numbers) {
            *place = number;
            count += 1;
        }
        count
    }
}

fn enlarge<T: Clone + Default>(array: &mut Vec<T>, len: usize) {
    if array.len() < len {
        // Replaced, not resized: the old content is worthless.
        *array = Vec::new();
        array.resize(len, T::default());
    }
}
