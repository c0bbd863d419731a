// A Tracer as OpenTelemetry's API describes it, for libraries that ask their user for one. Nothing
// of OpenTelemetry is imported, and nothing is registered with it.

import { runWithSpan } from "../context/context.js";
import { startFrom } from "../span/start.js";
import { warnOnce } from "../host/warn.js";
import { parentIn, unlessBelow } from "./parent.js";

const KINDS = 5;

class Tracer {
  #parent;

  constructor(parent) {
    this.#parent = parent;
  }

  startSpan(name, options, context) {
    const read = readOptions(options);
    const start = (parent) =>
      startFrom({ name, startTime: read.startTime, ...parent }, "");
    // startFrom takes the active span for a parent: a root must not find one.
    const span = read.root
      ? runWithSpan(undefined, start)
      : start(parentIn(context) ?? unlessBelow(this.#parent));
    if (read.kind > 0 && read.kind < KINDS) span.kind = read.kind;
    if (read.attributes) span.setAttributes(read.attributes);
    if (read.links) span.addLinks(read.links);
    return span;
  }

  startActiveSpan(name, ...rest) {
    const action = rest.pop();
    if (typeof action !== "function") return undefined;
    const span = this.startSpan(name, ...rest);
    return runWithSpan(span, () => action(span));
  }
}

/** A tracer needs nothing but the SDK itself, so there is one for everybody. */
const shared = Object.freeze(new Tracer());

export function getTracer(options) {
  const parent = options?.parent;
  return parent === undefined ? shared : Object.freeze(new Tracer(parent));
}

/** One look at each option; options that cannot be read are none. */
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
