// A Tracer by OpenTelemetry's API, for libraries that take one from their user. Nothing of OpenTelemetry is
// imported, and nothing is registered with it.

import { runWithSpan } from "../context/context.js";
import { optionOf, startFrom } from "../span/start.js";
import { warnOnce } from "../host/warn.js";
import { parentIn, unlessBelow } from "./parent.js";

/** @typedef {import("../span/span.js").Span} Span */
/** @typedef {import("../../index.js").SpanOptions} SpanOptions */
/** @typedef {import("../../index.js").Tracer} TracerApi */
/** @typedef {import("../../index.js").TracerContext} TracerContext */
/** @typedef {import("../../index.js").TracerSpanOptions} TracerSpanOptions */

const KINDS = [1, 2, 3, 4];

/** @implements {TracerApi} */
class Tracer {
  #parent;

  /** @param {SpanOptions["parent"]} [parent] */
  constructor(parent) {
    this.#parent = parent;
  }

  /**
   * @param {string} name
   * @param {TracerSpanOptions} [options]
   * @param {TracerContext} [context]
   * @returns {Span}
   */
  startSpan(name, options, context) {
    const read = readOptions(options);
    /** @param {SpanOptions} [parent] */
    const start = (parent) =>
      startFrom({ name, startTime: read.startTime, ...parent }, "");
    // startFrom would use the active span as parent, so a root starts without one active.
    const span = read.root
      ? runWithSpan(undefined, start)
      : start(parentIn(context) ?? unlessBelow(this.#parent));
    if (KINDS.includes(read.kind)) span.kind = read.kind;
    if (read.attributes) span.setAttributes(read.attributes);
    if (read.links) span.addLinks(read.links);
    return span;
  }

  /**
   * @param {string} name
   * @param {any[]} rest options and context, if they are given, and the action
   */
  startActiveSpan(name, ...rest) {
    const action = rest.pop();
    if (typeof action !== "function") return undefined;
    const span = this.startSpan(name, ...rest);
    return runWithSpan(span, () => action(span));
  }
}

/** A tracer has no state, so all callers share one. */
const shared = Object.freeze(new Tracer());

/** @param {import("../../index.js").TracerOptions} [options] */
export function getTracer(options) {
  const parent = optionOf(options, "parent");
  return parent === undefined ? shared : Object.freeze(new Tracer(parent));
}

/**
 * Reads each option once. Options that cannot be read count as none.
 * @param {TracerSpanOptions} [options]
 * @returns {{ [Option in keyof TracerSpanOptions]: any }}
 */
function readOptions(options) {
  if (typeof options !== "object" || options === null) return {};
  try {
    const { kind, attributes, links, startTime, root } = options;
    return { kind, attributes, links, startTime, root: root === true };
  } catch {
    warnOnce("option", "options of a span were left out: they threw");
    return {};
  }
}
