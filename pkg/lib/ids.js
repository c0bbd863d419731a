// Ids: seeded once per isolate, then a generator of 32-bit words (sfc32), because asking for
// randomness costs more than recording a span. Not for secrets.

let a = 0;
let b = 0;
let c = 0;
let counter = 1;
let seeded = false;

/** A random 32-bit word, never zero. */
export function randomWord() {
  if (!seeded) seed();
  const word = next();
  return word === 0 ? 1 : word;
}

function next() {
  const sum = (((a + b) | 0) + counter) | 0;
  counter = (counter + 1) | 0;
  a = b ^ (b >>> 9);
  b = (c + (c << 3)) | 0;
  c = (((c << 21) | (c >>> 11)) + sum) | 0;
  return sum >>> 0;
}

function seed() {
  const words = new Uint32Array(4);
  try {
    crypto.getRandomValues(words);
    seeded = true;
  } catch {
    // A Worker's global scope has no entropy: good enough until the first request asks again.
    for (let i = 0; i < 4; i++) words[i] = Math.random() * 2 ** 32;
  }
  a ^= words[0];
  b ^= words[1];
  c ^= words[2];
  counter ^= words[3];
  for (let i = 0; i < 12; i++) next();
}

/** Eight hex digits of a word. */
export function hex(word) {
  return (word >>> 0).toString(16).padStart(8, "0");
}
