// Requests, their callers, and what a platform gives to functions.

import assert from "node:assert/strict";

export const TRACE = "0af7651916cd43dd8448eb211c80319c";
export const PARENT = "b7ad6b7169203331";
export const traceparent = (flags) => `00-${TRACE}-${PARENT}-${flags}`;
export const ask = (headers = {}, path = "/ask?secret=1") =>
  new Request(`https://example.com${path}`, { headers });

/** Returns the context that a platform passes to functions, which records the promises to wait for. */
export function platform(more = {}) {
  const waited = [];
  return {
    ...more,
    waited,
    waitUntil(promise) {
      assert.equal(this.waited, waited, "waitUntil lost its this");
      waited.push(promise);
    },
  };
}
