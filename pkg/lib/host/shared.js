// What all copies of this package in one realm share. Bundlers may put several into one program, Next.js one
// into its instrumentation and others into its routes: they are to be one SDK, with one configuration, one
// mask and one buffer.
//
// Copies of one form hold their state here, each module its own part. Copies of another form stay by
// themselves: all that they know of each other is whether the program gave them a configuration.

const KEY = Symbol.for("laminar-edge");

/**
 * The form of everything shared: the parts, a span, and the core behind them. Raised whenever a copy of the
 * form before could not work with it; tests/package/hosts/copies.test.mjs holds the parts to it.
 */
export const FORM = 1;

/** @type {any} What copies of other forms share. */
let others;
const mine = join();

function join() {
  const own = { given: false, parts: Object.create(null) };
  try {
    if (!Object.hasOwn(globalThis, KEY))
      Object.defineProperty(globalThis, KEY, {
        value: {},
        configurable: true,
        writable: true,
      });
    const forms = /** @type {any} */ (globalThis)[KEY];
    const found = forms[FORM];
    if (isPart(found) && isPart(found.parts)) {
      others = forms;
      return found;
    }
    forms[FORM] = own;
    if (forms[FORM] === own) others = forms;
  } catch {
    // The name is somebody else's, or nothing can be put there: this copy is by itself.
  }
  return own;
}

/** @param {unknown} value */
function isPart(value) {
  return (
    typeof value === "object" && value !== null && Object.isExtensible(value)
  );
}

/**
 * The part of that name, as `make` makes it for the first copy that asks.
 * @template T
 * @param {string} name
 * @param {() => T} make
 * @returns {T}
 */
export function shared(name, make) {
  return (mine.parts[name] ??= make());
}

/**
 * The program gave a configuration, `enabled: false` included, or has taken it back.
 * @param {boolean} given
 */
export function setGiven(given) {
  mine.given = given;
}

/** Whether there are copies of another form; `givenOnly`: that the program gave a configuration. */
export function hasOtherForms(givenOnly = false) {
  try {
    return Object.keys(others ?? {}).some(
      (form) =>
        form !== String(FORM) && (!givenOnly || others[form].given === true),
    );
  } catch {
    return false;
  }
}
