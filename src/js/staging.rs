//! Memory that both sides know: JavaScript fills it before it calls.

const WORDS: usize = 1 << 11;
const FLOATS: usize = 1 << 7;
const TEXT_BYTES: usize = 16 << 10;
/// The arrays of a packed record. JavaScript writes through views of them, between calls.
pub(crate) struct Staging {
    /// Where the arrays are and how long: `[words, length, floats, length, text, length]`. It stays at one
    /// address as long as the instance lives, see `pkg/lib/core/staging.js`.
    places: [usize; 6],
    pub(crate) words: Vec<u32>,
    pub(crate) floats: Vec<f64>,
    pub(crate) text: Vec<u8>,
}

impl Staging {
    pub(crate) fn new() -> Self {
        let mut staging = Self {
            places: [0; 6],
            words: Vec::new(),
            floats: Vec::new(),
            text: Vec::new(),
        };
        staging.rest();
        staging
    }

    /// Makes the arrays at least this long.
    pub(crate) fn enlarge(&mut self, words: usize, floats: usize, text_bytes: usize) {
        self.resize(
            words.max(self.words.len()),
            floats.max(self.floats.len()),
            text_bytes.max(self.text.len()),
        );
    }

    /// Writes a text that JavaScript reads. Returns how long it is.
    pub(crate) fn put(&mut self, text: &[u8]) -> usize {
        self.enlarge(0, 0, text.len());
        if let Some(place) = self.text.get_mut(..text.len()) {
            place.copy_from_slice(text);
        }
        text.len()
    }

    /// Returns the address of the six words that say where the arrays are.
    pub(crate) fn address(&self) -> usize {
        self.places.as_ptr() as usize
    }

    /// Gives back what an outlier took.
    pub(crate) fn rest(&mut self) {
        self.resize(WORDS, FLOATS, TEXT_BYTES);
    }

    #[inline(never)]
    fn resize(&mut self, words: usize, floats: usize, text_bytes: usize) {
        resize(&mut self.words, words);
        resize(&mut self.floats, floats);
        resize(&mut self.text, text_bytes);
        self.places = [
            self.words.as_ptr() as usize,
            self.words.len(),
            self.floats.as_ptr() as usize,
            self.floats.len(),
            self.text.as_ptr() as usize,
            self.text.len(),
        ];
    }
}

fn resize<T: Clone + Default>(array: &mut Vec<T>, len: usize) {
    if array.len() != len {
        // The old content is worthless, so it is not copied.
        *array = Vec::new();
        *array = vec![T::default(); len];
    }
}
