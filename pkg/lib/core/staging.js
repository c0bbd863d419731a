// Staging memory, which both sides share: arguments are written there before a call. The layout is that of
// src/js/staging.rs.

const PLACES = 6;

import { shared } from "../host/shared.js";

/** @import { Instance } from "./instance.js" */

export const encoder = new TextEncoder();

// The views that the copy of the package which looked last made: only those are current. Each copy also has
// them as variables, which the hot path reads.
/** @type {{ views: { instance: Instance } | undefined }} */
const state = shared("staging", () => ({ views: undefined }));
/** @type {{ instance: Instance } | undefined} */
let views;
/** @type {Uint32Array} */
export let words;
/** @type {Float64Array} */
export let floats;
/** @type {Uint8Array} */
export let text;

/**
 * Returns views of this instance's arrays; fresh ones if its memory has grown.
 * @param {Instance} instance
 */
export function staged(instance) {
  if (
    views?.instance !== instance ||
    views !== state.views ||
    words.length === 0
  )
    stage(instance);
}

/**
 * Makes fresh views, after a call that made the arrays longer or freed them.
 * @param {Instance} instance
 */
function stage(instance) {
  const { buffer } = instance.exports.memory;
  const at = new Uint32Array(buffer, instance.staging, PLACES);
  words = new Uint32Array(buffer, at[0], at[1]);
  floats = new Float64Array(buffer, at[2], at[3]);
  text = new Uint8Array(buffer, at[4], at[5]);
  state.views = views = { instance };
}

/**
 * Makes the arrays at least this long. If all are zero, frees what an unusually large span took.
 * @type {(instance: Instance, wordCount: number, floatCount: number, textBytes: number) => void}
 */
export function reserve(instance, wordCount, floatCount, textBytes) {
  instance.exports.reserve(wordCount, floatCount, textBytes);
  stage(instance);
}
