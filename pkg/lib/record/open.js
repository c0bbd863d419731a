// Counts the open spans, those that have begun and not ended, for each request.

import { isDebugging } from "../host/debug.js";
import { requestOfRoot } from "../host/request.js";
import { shared } from "../host/shared.js";

// Open spans are kept until they end, so their number is limited.
const MAX_SHOWN = 100;
const MAX_KEPT = 1_024;

/** @import { Span } from "../span/span.js" */

const state = shared("open spans", () => ({
  open: 0,
  // The open spans, kept only with `debug` or if they are to be cut when CPU time runs out.
  shown: /** @type {Set<Span>} */ (new Set()),
  most: 0,
}));
const { shown } = state;

/**
 * Counts a span; a child belongs to its parent's request.
 * @type {(span: Span, parent: Partial<Pick<Span, "request">> | undefined) => void}
 */
export function spanBegan(span, parent) {
  state.open++;
  span.request = parent?.request ?? requestOfRoot();
  if (span.request !== undefined) span.request.open++;
  const most = state.most || (isDebugging() ? MAX_SHOWN : 0);
  if (shown.size < most) shown.add(span);
}

/** Counts a span no longer. */
export function spanEnded(/** @type {Span} */ span) {
  state.open--;
  if (span.request !== undefined) span.request.open--;
  shown.delete(span);
}

/** Returns how many spans are open in this isolate. */
export function openSpans() {
  return state.open;
}

/** Returns the names of the open spans that are kept. */
export function openNames() {
  return Array.from(shown, ({ name }) => name).slice(0, MAX_SHOWN);
}

/** Keeps the spans that begin from now on, until they end. */
export function keepOpenSpans() {
  state.most = MAX_KEPT;
}

/** Returns the open spans of this span's request, the newest first. */
export function openSpansBeside(/** @type {Span} */ { trace, request }) {
  const beside = (/** @type {Span} */ each) =>
    each.trace === trace || (request !== undefined && each.request === request);
  return Array.from(shown).filter(beside).reverse();
}
