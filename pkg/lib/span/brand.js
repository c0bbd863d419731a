// How copies of the package know each other's spans: instanceof knows only those of one copy.

import { FORM } from "../host/shared.js";

const BRAND = Symbol.for("laminar-edge.span");

/** @import { Span } from "./span.js" */

/**
 * Marks the spans of a class as spans of this form.
 * @param {typeof Span} of
 */
export function brand({ prototype }) {
  Object.defineProperty(prototype, BRAND, { value: FORM });
}

/**
 * Whether this is a span, be it of another copy of the same form.
 * @type {(value: unknown) => value is Span}
 */
export function isSpan(value) {
  return formOf(value) === FORM;
}

/**
 * Whether this is a span of a copy that shares nothing with this one.
 * @type {(value: unknown) => value is import("../../index.js").Span}
 */
export function isForeignSpan(value) {
  const form = formOf(value);
  return form !== undefined && form !== FORM;
}

function formOf(/** @type {any} */ value) {
  try {
    return value?.[BRAND];
  } catch {
    // A revoked proxy.
    return undefined;
  }
}
