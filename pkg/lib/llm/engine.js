// The engine's instance: WebAssembly that reads the bodies of LLM calls. It is made when first needed and replaced
// when it traps. A call whose instance has trapped goes on without one and loses only what was read until then.

import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";
import { messageOf } from "../values/value.js";

// A module that traps this often is broken; more attempts would only cost the host time.
const MAX_REPLACEMENTS = 16;

// Larger chunks are cut, because they would double the memory that the engine needs.
const PIECE_BYTES = 1 << 20;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Attributes in turn: a key, its value, a key and so on.
 * @typedef {any[]} Pairs
 * @typedef {{ name: string, attributes: Pairs }} Said
 * @typedef {Said & { isCall: boolean, askedForUsage: boolean }} Read
 * @typedef {Said & { error?: { type: string, message: string }, incomplete: boolean, fits: boolean }} Finished
 */

/**
 * The engine's calls; see llm/src/js.rs.
 * @typedef {object} Calls
 * @property {(format: number, names: Uint8Array, flags: number, mediaLimitBytes: number) => number} open
 * @property {(handle: number, bytes: Uint8Array) => Uint8Array} request
 * @property {(handle: number, status: number, step: number, contentType: Uint8Array) => void} response
 * @property {(handle: number, bytes: Uint8Array) => number} chunk
 * @property {(handle: number, end: number) => Uint8Array} finish
 */

/** @typedef {Calls & { __wbg_set_wasm(exports: object): void }} Glue */
/** @typedef {{ glue: Glue, instantiate(imports: object): any }} Core */
/** @typedef {object} Instance */

/**
 * An engine that loads: `wait` returns what a call tells it later, see late.js.
 * @typedef {object} Loading
 * @property {Promise<void>} done
 * @property {(call: import("./call.js").Call) => import("./late.js").Late} wait
 */

const state = shared("llm engine instance", () => ({
  core: /** @type {Core | undefined} */ (undefined),
  loading: /** @type {Loading | undefined} */ (undefined),
  live: /** @type {Instance | undefined} */ (undefined),
  // What the glue calls: the exports of the last instance.
  wired: /** @type {any} */ (undefined),
  replacements: 0,
}));

/**
 * Sets the module of which instances are made.
 * @param {Glue} glue
 * @param {WebAssembly.Module} module
 */
export function provideEngine(glue, module) {
  state.core ??= {
    glue,
    instantiate: (imports) =>
      new WebAssembly.Instance(module, /** @type {any} */ (imports)).exports,
  };
}

/** Notes that the engine loads, or that it cannot. @param {Loading | undefined} loading */
export function setLoading(loading) {
  state.loading = loading && (state.loading ?? loading);
}

/** Returns the engine that loads; undefined if it is there, or will not be. */
export function engineLoading() {
  return state.core === undefined ? state.loading : undefined;
}

/** @returns {Instance | undefined} */
function current() {
  if (state.live !== undefined) return state.live;
  const { core } = state;
  if (core === undefined || state.replacements > MAX_REPLACEMENTS)
    return undefined;
  try {
    // Growing by nothing detaches the views of the last memory that the glue keeps.
    state.wired?.memory.grow(0);
    const exports = core.instantiate({
      "./laminar_edge_llm_bg.js": core.glue,
    });
    state.wired = exports;
    core.glue.__wbg_set_wasm(exports);
    return (state.live = {});
  } catch (error) {
    lose(undefined, error);
    return undefined;
  }
}

/** @param {Instance | undefined} instance @param {unknown} error */
function lose(instance, error) {
  if (instance !== state.live) return;
  state.live = undefined;
  state.replacements++;
  warnOnce(
    "llm trap",
    `the wasm instance for LLM calls was replaced (${messageOf(error)})`,
  );
}

/**
 * The engine's part of one call. No method throws; each returns undefined once the instance is gone.
 */
export class Reader {
  /** @param {Instance} instance @param {number} handle */
  constructor(instance, handle) {
    this.instance = instance;
    this.handle = handle;
  }

  /** @param {Uint8Array} body @returns {Read | undefined} */
  request(body) {
    return this.attempt((glue) => {
      const last = inPieces(body, (piece) => glue.chunk(this.handle, piece));
      return parsed(glue.request(this.handle, last));
    });
  }

  /** `step`: which call of a list was answered. @param {number} status @param {string} contentType @param {number} step */
  response(status, contentType, step) {
    this.attempt((glue) =>
      glue.response(this.handle, status, step, encoder.encode(contentType)),
    );
  }

  /** Returns flags of what this chunk has first brought. @param {Uint8Array} bytes */
  chunk(bytes) {
    let seen = 0;
    this.attempt((glue) => {
      const take = (/** @type {Uint8Array} */ piece) => {
        seen |= glue.chunk(this.handle, piece);
      };
      take(inPieces(bytes, take));
    });
    return seen;
  }

  /** @param {number} end @returns {Finished | undefined} */
  finish(end) {
    const found = this.attempt((glue) => parsed(glue.finish(this.handle, end)));
    this.handle = 0;
    return found;
  }

  /** Gives up the call. */
  close() {
    this.finish(0);
  }

  /**
   * @template T
   * @param {(glue: Glue) => T} action
   * @returns {T | undefined}
   */
  attempt(action) {
    if (this.handle === 0 || this.instance !== state.live) return undefined;
    return fenced(this.instance, action);
  }
}

/** Returns the value of JSON in bytes; undefined for no bytes. @param {Uint8Array} json */
function parsed(json) {
  return json.length > 0 ? JSON.parse(decoder.decode(json)) : undefined;
}

/**
 * Returns the reader of one call; undefined if there is no engine.
 * @param {number} format
 * @param {string} system
 * @param {string} model
 * @param {number} flags
 * @param {number} mediaLimitBytes
 */
export function openReader(format, system, model, flags, mediaLimitBytes) {
  const instance = current();
  if (instance === undefined) return undefined;
  const handle = fenced(instance, (glue) => {
    const names = encoder.encode(`${system}\n${model}`);
    return glue.open(format, names, flags, mediaLimitBytes);
  });
  return handle ? new Reader(instance, handle) : undefined;
}

/**
 * Gives all but the last piece to `take` and returns the last.
 * @param {Uint8Array} bytes
 * @param {(piece: Uint8Array) => void} take
 */
function inPieces(bytes, take) {
  let from = 0;
  for (; bytes.length - from > PIECE_BYTES; from += PIECE_BYTES)
    take(bytes.subarray(from, from + PIECE_BYTES));
  return from === 0 ? bytes : bytes.subarray(from);
}

/**
 * @template T
 * @param {Instance} instance
 * @param {(glue: Glue) => T} action
 * @returns {T | undefined}
 */
function fenced(instance, action) {
  try {
    return action(/** @type {Core} */ (state.core).glue);
  } catch (error) {
    lose(instance, error);
    return undefined;
  }
}
