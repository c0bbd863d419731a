// CPU time is nearly used up: what the request has open ends as it is, because no await will run again.

import { BY_TAIL } from "../../wasm/constants.js";
import { publish, VERSION } from "../host/channel.js";
import { shared } from "../host/shared.js";
import { INCOMPLETE } from "../observe/observe.js";
import { tailEngine } from "../options/tail-engine.js";
import { provideCpuLimit } from "../record/cpu-limit.js";
import { keepOpenSpans, openSpansBeside } from "../record/open.js";

/** @typedef {import("../span/span.js").Span} Span */

const CPU_EXHAUSTED = "laminar.cpu_exhausted";
// The time that is left is short.
const MAX_SPANS = 100;

/**
 * What a Tail Worker knows a span by whose beginning and end are published.
 * @type {WeakMap<Span, string>}
 */
export const boxes = shared("black boxes", () => new WeakMap());

/** From here on open spans are known, and cut when CPU time runs out. */
export function watchCpuLimit() {
  keepOpenSpans();
  provideCpuLimit(cut);
}

/** @param {Span} ended */
function cut(ended) {
  const tail = tailEngine();
  for (const [at, span] of openSpansBeside(ended).entries()) {
    const id = boxes.get(span);
    // The event's own is the oldest.
    if (at >= MAX_SPANS && id === undefined) continue;
    span.put(CPU_EXHAUSTED, true);
    // Its span would wait in an isolate that is about to go, and a Tail Worker can make it. If the request
    // ends well after all, it ends as any other.
    if (
      id !== undefined &&
      !(span.destination && span.destination.ways & BY_TAIL)
    ) {
      publish({ v: VERSION, type: "cpu", id });
      continue;
    }
    span.put(INCOMPLETE, true);
    span.end();
    // The program ends it, too, if it goes on.
    span.end = () => {};
  }
  tail?.hand(true);
}
