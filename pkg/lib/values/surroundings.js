// What a platform gives a handler beside the request: its environment, bindings and context. They hold secrets,
// so their keys are recorded and never their values.

import { shared } from "../host/shared.js";

// The names of workerd's own objects by Symbol.toStringTag, and of the classes that workerd and miniflare
// define in JavaScript. JSON shows nothing of other bindings.
const NATIVE =
  /^(?:DurableObject(?:|Id|Namespace|State|Storage)|ExecutionContext|Fetcher|Hyperdrive|KvNamespace|R2Bucket|SendEmail|WorkerQueue)$/;
const SCRIPTED = /^(?:D1Database.*|VectorizeIndexImpl|WorkflowImpl)$/;
// Objects that stand beside an environment, and not in it.
const BESIDE = /^(?:Re|ExecutionContext|DurableObjectState)/;
const MAX_ENVIRONMENTS = 16;

// Objects that a platform gave, and the word recorded for each.
/** @type {{ given: WeakMap<object, string>, environments: object[], marks: Set<string> }} */
const state = shared("surroundings", () => ({
  given: new WeakMap(),
  environments: [],
  marks: new Set(["{}", ".hyperdrive.local"]),
}));
const { given, environments } = state;
// The JSON of a value that holds such an object has one of these marks in it: most bindings are written `{}`. A
// search is faster the rarer its first character is, so marks begin without the quotation mark.
const { marks } = state;

/**
 * Remembers an environment, so that it, its bindings and its copies are known again.
 * @param {any} env
 */
export function noteEnvironment(env) {
  try {
    if (given.has(env)) return;
    const keys = Object.keys(env);
    given.set(env, "env");
    if (keys.length === 0 || environments.some((one) => holds(env, one)))
      return;
    if (environments.length >= MAX_ENVIRONMENTS) environments.shift();
    environments.push(env);
    const texts = keys.filter((key) => typeof env[key] === "string");
    mark(texts.length > 0 ? texts : keys);
    for (const key of keys) noteBinding(env[key]);
  } catch {
    // An environment that cannot be read cannot be written as JSON either.
  }
}

/** @param {any} binding */
function noteBinding(binding) {
  if (!isObject(binding)) return;
  given.set(binding, className(binding) ?? "binding");
  if (isPlain(binding)) mark(Object.keys(binding));
}

/**
 * Remembers a handler's context.
 * @param {any} context
 */
export function noteContext(context) {
  if (isObject(context) && !given.has(context)) given.set(context, "ctx");
}

/**
 * Marks JSON by its longest key, which is the least likely one elsewhere.
 * @param {string[]} keys
 */
function mark(keys) {
  const [longest] = keys.sort((one, other) => other.length - one.length);
  if (longest !== undefined) marks.add(`${JSON.stringify(longest).slice(1)}:`);
}

/**
 * Returns whether this JSON may have something in it that `shown` would show otherwise.
 * @param {string} json
 */
export function mayHoldSurroundings(json) {
  for (const each of marks) if (json.includes(each)) return true;
  return false;
}

/**
 * Returns what is recorded in place of an object: keys of an environment, a binding or a context, method and
 * URL of a Request, the status of a Response. Undefined for everything else.
 * @param {any} value
 * @returns {object | undefined}
 */
export function shown(value) {
  try {
    const word = given.get(value) ?? wordFor(value);
    if (word === undefined) return undefined;
    if (word === "Request")
      return { method: value.method, url: address(value.url) };
    if (word === "Response")
      return { status: value.status, url: address(value.url) };
    return { [word]: Object.keys(value) };
  } catch {
    return undefined;
  }
}

/**
 * Returns the same for a value that is written as JSON next. Plain objects and arrays are only looked up,
 * because copies of an environment are found in the JSON by their marks.
 * @param {any} value
 */
export function shownAtOnce(value) {
  try {
    const isData = Array.isArray(value) || isPlain(value);
    return isData && !given.has(value) ? undefined : shown(value);
  } catch {
    return undefined;
  }
}

/**
 * @param {any} value
 * @returns {string | undefined}
 */
function wordFor(value) {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Array.prototype) return undefined;
  if (isPlain(value)) return isEnvironment(value) ? "env" : undefined;
  const tag = prototype[Symbol.toStringTag];
  if (/^Re(?:quest|sponse)$/.test(tag) || NATIVE.test(tag)) return tag;
  const name = className(value);
  // A user may have a class named Ai, so this one is recognized by its method.
  const isAi = name === "Ai" && typeof prototype.gateway === "function";
  return isAi || SCRIPTED.test(name) ? name : undefined;
}

/**
 * @param {any} value
 * @returns {any}
 */
function className(value) {
  return Object.getPrototypeOf(value)?.constructor?.name;
}

/**
 * Recognizes copies of known environments. If none is known, an object that holds a binding counts as one.
 * @param {any} value
 */
function isEnvironment(value) {
  if (environments.length > 0)
    return environments.some((one) => holds(value, one));
  for (const key in value) {
    const each = value[key];
    // Nested plain objects are visited by themselves.
    if (!isObject(each) || isPlain(each)) continue;
    const word = wordFor(each);
    if (word !== undefined && !BESIDE.test(word)) return true;
  }
  return false;
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null;
}

/** @param {unknown} value */
function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/**
 * Returns whether every string of an environment is there under its key. Bindings may be other objects.
 * @param {any} value
 * @param {any} env
 */
function holds(value, env) {
  for (const key of Object.keys(env)) {
    if (!Object.hasOwn(value, key)) return false;
    if (typeof env[key] === "string" && value[key] !== env[key]) return false;
  }
  return true;
}

/**
 * Returns a URL without query, fragment and credentials; undefined if it has no host.
 * @param {string} url
 */
function address(url) {
  const { origin, pathname } = URL.canParse(url) ? new URL(url) : {};
  return origin?.startsWith("http") ? origin + pathname : undefined;
}
