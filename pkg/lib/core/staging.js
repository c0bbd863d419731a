// Memory that both sides know: what goes in lies there before a call. The layout is that of
// src/js/staging.rs.

const PLACES = 6;

import { shared } from "../host/shared.js";

/** @import { Instance } from "./instance.js" */

export const encoder = new TextEncoder();

// The views of whichever copy of the package looked last: only those are of today. A copy of its own has them
// as variables, which the hot path reads.
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
 * Views of this instance's arrays; fresh ones if its memory grew since.
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
 * Fresh views, after a call that made the arrays longer or gave them back.
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
 * Makes the arrays at least this long, or gives back what an outlier took if all are zero.
 * @type {(instance: Instance, wordCount: number, floatCount: number, textBytes: number) => void}
 */
export function reserve(instance, wordCount, floatCount, textBytes) {
  instance.exports.reserve(wordCount, floatCount, textBytes);
  stage(instance);
}
