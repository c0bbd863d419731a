// What all copies of this package in one realm share. Bundlers may put several copies into one program: Next.js
// puts one into its instrumentation and others into its routes. Together they must be one SDK, with one
// configuration, one mask and one buffer. So no module keeps state of its own that outlives a call: it takes its
// part from here.
//
// Copies with the same form of state share it here; each module has a part of its own. Copies with another form
// stay separate: they know of each other only whether the program gave them a configuration.

const KEY = Symbol.for("laminar-edge");

/**
 * The version of everything shared: the parts, a span, and the core behind them. It is raised whenever copies
 * of the version before could not work with it; tests/package/hosts/copies.test.mjs compares the parts with it.
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
    // The name is taken, or globalThis cannot be changed. This copy stays separate.
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
 * Returns the part with this name. The first copy that asks makes it by `make`.
 * @template T
 * @param {string} name
 * @param {() => T} make
 * @returns {T}
 */
export function shared(name, make) {
  return (mine.parts[name] ??= make());
}

/**
 * Notes that the program gave a configuration, `enabled: false` included, or has taken it back.
 * @param {boolean} given
 */
export function setGiven(given) {
  mine.given = given;
}

/**
 * Returns whether there are copies of another form; with `givenOnly`, only those that the program gave a
 * configuration.
 */
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
