// Ids come from a generator of 32-bit words (sfc32) that is seeded once per isolate, because asking the host
// for randomness costs more than recording a span. It must not be used for secrets.

// The state is a typed array, because the engine would allocate an object for each number of this size in a
// variable.
const state = Int32Array.of(0, 0, 0, 1);
let seeded = false;

/** Returns a random 32-bit word, never zero; negative if its first bit is set. */
export function randomWord() {
  if (!seeded) seed();
  const word = next();
  return word === 0 ? 1 : word;
}

function next() {
  const a = state[0];
  const b = state[1];
  const c = state[2];
  const sum = (a + b + state[3]) | 0;
  state[3]++;
  state[0] = b ^ (b >>> 9);
  state[1] = c + (c << 3);
  state[2] = ((c << 21) | (c >>> 11)) + sum;
  return sum;
}

function seed() {
  const words = new Int32Array(4);
  try {
    crypto.getRandomValues(words);
    seeded = true;
  } catch {
    // A Worker's global scope has no entropy. This seed does until the first request seeds again.
    for (let i = 0; i < 4; i++) words[i] = Math.random() * 2 ** 32;
  }
  for (let i = 0; i < 4; i++) state[i] ^= words[i];
  for (let i = 0; i < 12; i++) next();
}

/**
 * Returns the eight hex digits of a word.
 * @param {number} word
 */
export function hex(word) {
  return (word >>> 0).toString(16).padStart(8, "0");
}

/**
 * Returns whether these are a trace's and a span's id in hexadecimal digits. Ids of zeros are invalid by W3C's
 * Trace Context.
 * @param {any} traceId
 * @param {any} spanId
 */
export function areIds(traceId, spanId) {
  return (
    /^(?!0{32})[0-9a-f]{32}$/i.test(traceId) &&
    /^(?!0{16})[0-9a-f]{16}$/i.test(spanId)
  );
}
