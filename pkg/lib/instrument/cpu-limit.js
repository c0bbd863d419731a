// Ends the open spans of a request whose CPU time is nearly used up, because no code after an await will run.

import { CPU_EXHAUSTED } from "../span/keys.js";
import { BY_TAIL } from "../../wasm/constants.js";
import { publish, VERSION } from "../host/channel.js";
import { shared } from "../host/shared.js";
import { INCOMPLETE } from "../observe/observe.js";
import { tailEngine } from "../options/tail-engine.js";
import { provideCpuLimit } from "../record/cpu-limit.js";
import { keepOpenSpans, openSpansBeside } from "../record/open.js";

/** @typedef {import("../span/span.js").Span} Span */

// Little time is left, so not all spans may be ended.
const MAX_SPANS = 100;

/**
 * The ids by which a Tail Worker knows spans whose beginning and end are published.
 * @type {WeakMap<Span, string>}
 */
export const boxes = shared("black boxes", () => new WeakMap());

/** Keeps the open spans from now on, and cuts them when CPU time runs out. */
export function watchCpuLimit() {
  keepOpenSpans();
  provideCpuLimit(cut);
}

/** @param {Span} ended */
function cut(ended) {
  const tail = tailEngine();
  for (const [at, span] of openSpansBeside(ended).entries()) {
    const id = boxes.get(span);
    // The event's own span is the oldest, so it comes last.
    if (at >= MAX_SPANS && id === undefined) continue;
    span.put(CPU_EXHAUSTED, true);
    // The span would wait in an isolate that is about to end, and a Tail Worker can make it. If the request
    // does end in time, its span ends like any other.
    if (
      id !== undefined &&
      !(span.destination && span.destination.ways & BY_TAIL)
    ) {
      publish({ v: VERSION, type: "cpu", id });
      continue;
    }
    span.put(INCOMPLETE, true);
    span.end();
    // The program also ends the span, if it runs on.
    span.end = () => {};
  }
  tail?.hand(true);
}
