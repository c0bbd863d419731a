// Lets copies of the package recognize each other's spans: instanceof recognizes only those of one copy.

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
 * Returns whether this is a span of this copy, or of another copy of the same form.
 * @type {(value: unknown) => value is Span}
 */
export function isSpan(value) {
  return formOf(value) === FORM;
}

/**
 * Returns whether this is a span of a copy of another form.
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
    // The value is a revoked proxy.
    return undefined;
  }
}
