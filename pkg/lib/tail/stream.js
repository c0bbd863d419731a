// The Tail Worker's side for a streaming tail, whose events arrive while the request runs.

import { CHANNEL } from "../host/channel.js";
import { begin, deliver, emptyTailReport, guarded } from "./collect.js";
import { readLine, readMessage } from "./messages.js";
import { receive } from "./receive.js";
import { makeRoots } from "./roots.js";

/** @typedef {import("./messages.js").Message} Message */
/** @typedef {import("./roots.js").Invocation} Invocation */

// Batches of a longer invocation are sent before it ends.
const SEND_AFTER_SPANS = 512;

/** @type {typeof import("../../tail.js").collectTailStream} */
export function collectTailStream(onset, env, ctx, options) {
  let report = emptyTailReport();
  report.invocations = 1;
  begin(env, options);
  /** @type {Invocation} */
  const invocation = {
    messages: [],
    outcome: "unknown",
    cpuTime: undefined,
    wallTime: undefined,
    exceptions: [],
    truncated: false,
    lastAt: timeOf(onset),
  };
  return (item) => {
    guarded(() => {
      const { event } = item;
      invocation.lastAt = Math.max(invocation.lastAt, timeOf(item));
      const message = messageIn(event);
      if (
        message !== undefined &&
        receive(message, options?.projects ?? {}, report)
      ) {
        if (report.received >= SEND_AFTER_SPANS) {
          void deliver(report, ctx);
          report = emptyTailReport();
        }
      } else if (message !== undefined) {
        invocation.messages.push(message);
      }
      if (event.type === "exception") invocation.exceptions.push(event);
      if (event.diagnosticsType === "droppedEvents") {
        if (!invocation.truncated) report.truncated++;
        invocation.truncated = true;
      }
      if (event.type === "outcome") {
        const { outcome, cpuTime, wallTime } = event;
        Object.assign(invocation, { outcome, cpuTime, wallTime });
        report.made += makeRoots(invocation);
        void deliver(report, ctx);
      }
    });
  };
}

/** @param {any} event @returns {Message | undefined} */
function messageIn(event) {
  if (event.type === "diagnosticChannel" && event.channel === CHANNEL)
    return readMessage(event.message);
  return event.type === "log" ? readLine(event.message) : undefined;
}

/** @param {any} item */
function timeOf(item) {
  const time = Number(new Date(item?.timestamp));
  return Number.isFinite(time) ? time : 0;
}
