// Records ended spans: in wasm, among the waiting spans until it has loaded, or in a test's list.

import { spanBuffered } from "./background.js";
import { cpuIsShort } from "./cpu-limit.js";
import { now } from "../context/clock.js";
import { callCore, current, lose } from "../core/instance.js";
import { CPU_SHORT, FULL, KEPT } from "../../wasm/constants.js";
import { send } from "./pack.js";
import { shared } from "../host/shared.js";
import { noteRefused } from "./refused.js";
import { tapped } from "./tap.js";
import { isAnyoneWaiting, refuse, takeWaiting, wait } from "./waiting.js";

/** @import { Instance } from "../core/instance.js" */
/** @import { Span } from "../span/span.js" */

// `unanswered` is the instance of a call that has not returned.
/** @type {{ unanswered: Instance | undefined }} */
const state = shared("record", () => ({ unanswered: undefined }));

/** Records a span that has ended. Never throws. */
export function record(/** @type {Span} */ span) {
  if (tapped(span)) return;
  if (span.endTime === 0 || current() === undefined) {
    wait(span);
  } else {
    drainWaiting();
    submit(span);
  }
}

/** Records the waiting spans, if the core and the clock are ready. */
export function drainWaiting() {
  giveUpUnanswered();
  if (!isAnyoneWaiting() || current() === undefined) return;
  const time = now();
  if (time === 0) return;
  for (const span of takeWaiting()) {
    if (span.startTime === 0) span.startTime = time;
    if (span.endTime === 0) span.endTime = time;
    submit(span);
  }
}

function submit(/** @type {Span} */ span) {
  giveUpUnanswered();
  const instance = current();
  if (instance === undefined) return wait(span);
  // The span began before there was a clock. Its end is the earliest time that is known.
  if (span.startTime === 0) span.startTime = span.endTime;
  state.unanswered = instance;
  let buffered;
  try {
    buffered = send(span, instance);
  } catch (error) {
    lose(instance, "trap", error);
    if (!callCore((exports) => (exports.lose_span(), true)))
      refuse("queue_full");
  }
  state.unanswered = undefined;
  if (buffered === KEPT || buffered === FULL)
    spanBuffered(span, buffered === FULL);
  else if (buffered === CPU_SHORT) cpuIsShort(span);
  else if (buffered !== undefined) noteRefused(span);
}

/**
 * Gives up an instance in which a call did not return. When a program's stack overflows not even a catch block
 * runs, so the interrupted call is detected here, and its instance is not used again.
 */
export function giveUpUnanswered() {
  if (state.unanswered === undefined) return;
  lose(state.unanswered, "trap", new RangeError("a call did not return"));
  state.unanswered = undefined;
}
