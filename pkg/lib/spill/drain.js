// drainSpill() takes items out of a store one by one, and sends them like any other batch.

import { anyConfiguration } from "../options/configuration.js";
import { registerDestination } from "../options/destination.js";
import { noteStatus } from "../options/unauthorized.js";
import { callCore, callCoreWithRetry, loaded } from "../core/instance.js";
import { emptyDrainReport } from "../delivery/report.js";
import { gzip } from "../delivery/gzip.js";
import { targetOf, Transport } from "../delivery/transport.js";
import { messageOf } from "../values/value.js";
import { warnOnce } from "../host/warn.js";
import { destinationOfItem, takeFingerprints } from "./fingerprint.js";
import { readItem, writeItem } from "./item.js";
import { nextNumber, noteStored, takeOwn } from "./own.js";
import { within } from "./within.js";

const TOO_LARGE = 413;
// No destination has this number.
const NOBODY = 0xffffffff;

/**
 * @typedef {import("../../index.js").DrainReport} DrainReport
 * @typedef {import("../../index.js").DropReason} DropReason
 * @typedef {import("../../index.js").SpillSink} SpillSink
 * @typedef {import("./item.js").Item} Item
 * @typedef {import("./fingerprint.js").Destination} Destination
 * @typedef {Item & { destination: Destination, own: boolean }} Part An item, or a half of one.
 * @typedef {{ response?: unknown, body?: Uint8Array, connected?: boolean, message?: string }} Answer
 * @typedef {[number, Uint8Array, number, Uint8Array]} Halves
 * @typedef {{ put: SpillSink | undefined, atMostOnce: boolean, leftMs: () => number, over: boolean,
 *   transport: Transport, again: Set<string>, report: DrainReport }} Drain
 */

/**
 * Drains a sink; never rejects.
 *
 * @param {Partial<SpillSink> | undefined} sink
 * @param {number} budgetMs
 */
export async function drainSpill(sink, budgetMs) {
  const endsAt = performance.now() + budgetMs;
  /** @type {Drain} */
  const drain = {
    // A queue's batch stores no items, so items to keep go to the configured sink.
    put: sink?.put
      ? /** @type {SpillSink} */ (sink)
      : anyConfiguration()?.spill,
    atMostOnce: anyConfiguration()?.core.redelivery === "at-most-once",
    leftMs: () => Math.max(0, endsAt - performance.now()),
    over: false,
    transport: new Transport(),
    // Items that this drain put back, which the next one sends.
    again: new Set(),
    report: emptyDrainReport(),
  };
  const { report } = drain;
  try {
    if (typeof sink?.drain !== "function")
      return fail(report, "spill", "there is no sink that can be drained");
    await within(loaded(), drain.leftMs());
    if (!(await within(takeFingerprints(), drain.leftMs())))
      return fail(report, "spill", "keys cannot be told apart here");
    const done = sink.drain((bytes, doubt) => send(drain, bytes, doubt));
    const ended = within(
      Promise.resolve(done).then(() => true),
      drain.leftMs(),
    );
    if ((await ended) !== true)
      fail(report, "timeout", "the store was not drained within the budget");
  } catch (error) {
    fail(report, "spill", messageOf(error));
  }
  drain.over = true;
  drain.transport.cancel();
  report.ok =
    report.error === undefined &&
    report.kept + report.rejected === 0 &&
    Object.keys(report.dropped).length === 0;
  return { ...report, dropped: { ...report.dropped } };
}

/**
 * Returns whether the sink may delete the item; never rejects.
 *
 * @param {Drain} drain
 * @param {unknown} bytes
 * @param {any} doubt
 */
async function send(drain, bytes, doubt) {
  const { report, again } = drain;
  const item = readItem(bytes);
  if (item !== undefined && again.has(nameOf(item))) return false;
  report.items++;
  let done = false;
  try {
    done = await sendItem(drain, item, doubt > 0 ? Math.floor(doubt) : 0);
  } catch (error) {
    fail(report, "spill", messageOf(error));
  }
  if (!done) report.kept++;
  return done;
}

/**
 * @param {Drain} drain
 * @param {Item | undefined} item
 * @param {number} doubt
 */
async function sendItem(drain, item, doubt) {
  const { report } = drain;
  if (item === undefined) {
    report.unreadable++;
    warnOnce(
      "spill item",
      "the store holds something that is no spilled batch of this version; it is left alone",
    );
    return false;
  }
  const destination = destinationOfItem(item);
  if (destination === undefined) {
    report.unmatched++;
    fail(
      report,
      "no_key",
      `this isolate has no key for an item of ${item.url}`,
    );
    return false;
  }
  if (drain.over || drain.leftMs() === 0) return false;
  item.ambiguous += doubt;
  const part = { ...item, destination, own: takeOwn(item) };
  const left = await sendPart(drain, part);
  if (left.length === 0) return true;
  if (left.length === 1 && left[0] === part) {
    if (part.own) noteStored(item.number, item.spans);
    return false;
  }
  // The item has changed, so the parts that are left replace it.
  for (const rest of left) {
    if (await putAgain(drain, rest)) report.kept++;
    else settle(drain, { ...rest, ambiguous: rest.ambiguous || 1 }, lost());
  }
  return true;
}

/**
 * Sends an item, in halves if the server finds it too large. Returns the parts that have to stay in the store.
 *
 * @param {Drain} drain
 * @param {Part} part
 * @returns {Promise<Part[]>}
 */
async function sendPart(drain, part) {
  const { report, leftMs, atMostOnce } = drain;
  const { spans, ambiguous, body } = part;
  // It may have arrived already, as often as it may be sent.
  if (ambiguous > (atMostOnce ? 0 : 1)) return settle(drain, part, lost());
  if (leftMs() === 0) return [part];
  const known = asCoreItem(part);
  const may = callCore((exports, instance, glue) =>
    glue.drain_hand_over(known),
  );
  if (!may) {
    fail(report, "held", "nothing is sent there for a while");
    return [part];
  }
  report.attempts++;
  report.bytes += body.length;
  const answer = await post(drain, part);
  if (statusOf(answer.response) === TOO_LARGE && spans > 1) {
    const halves = halve(body, spans);
    if (halves !== undefined) {
      const [olderSpans, older, newerSpans, newer] = halves;
      /** @type {(spans: number, body: Uint8Array) => Part} */
      const half = (spans, body) => ({ ...part, spans, body });
      return [
        ...(await sendPart(drain, half(olderSpans, older))),
        ...(await sendPart(drain, half(newerSpans, newer))),
      ];
    }
  }
  return settle(drain, part, answer);
}

/**
 * @param {Drain} drain
 * @param {Part} part
 * @returns {Promise<Answer>}
 */
async function post(drain, part) {
  const { transport, leftMs } = drain;
  const { destination } = part;
  try {
    const request = await within(requestFor(drain, part), leftMs());
    if (request === undefined) return notConnected("the time was over");
    const sent = transport.send(destination, request, drain.report.attempts);
    // A program's own fetch may return anything, even undefined.
    const answer = sent.then((response) => ({ response }));
    const heard = await within(answer, leftMs());
    if (heard === undefined) return noAnswer("no answer in time");
    const { response } = heard;
    noteStatus(destination, statusOf(response));
    const body = await within(transport.read(response), leftMs());
    return { response, body };
  } catch (error) {
    return notConnected(messageOf(error));
  }
}

/**
 * Returns a promise of the request; rejects if it cannot be built.
 *
 * @param {Drain} drain
 * @param {Part} part
 */
async function requestFor({ transport, report }, { destination, body }) {
  const target = targetOf(destination);
  const packed = target.gzip ? await gzip(body) : undefined;
  // Without compression the comparison is with undefined, which is false.
  const smaller = /** @type {number} */ (packed?.length) < body.length;
  const request = callCoreWithRetry((exports, instance, glue) =>
    glue.drain_request(
      transport,
      target,
      smaller ? /** @type {Uint8Array} */ (packed) : body,
      smaller,
      report.attempts,
    ),
  );
  if (!(request instanceof Request)) throw request;
  return request;
}

/** @param {any} response */
function statusOf(response) {
  try {
    return response.status;
  } catch {
    return undefined;
  }
}

/** @param {string} message */
const notConnected = (message) => ({ connected: false, message });
/** @param {string} message */
const noAnswer = (message) => ({ connected: true, message });

/**
 * Settles an answer in the core. Returns the parts that have to stay in the store.
 *
 * @param {Drain} drain
 * @param {Part} part
 * @param {Answer} answer
 */
function settle({ report }, part, { response, body, connected, message }) {
  const item = asCoreItem(part);
  const settled = callCoreWithRetry((exports, instance, glue) =>
    message === undefined
      ? glue.drain_answered(item, response, body)
      : glue.drain_failed(item, /** @type {boolean} */ (connected), message),
  );
  if (settled === undefined) throw new Error("the wasm instance ended");
  report.delivered += settled.exported;
  report.rejected += settled.rejected;
  let lost = 0;
  for (const [reason, spans] of /** @type {[DropReason, number][]} */ (
    Object.entries(settled.dropped)
  )) {
    report.dropped[reason] = (report.dropped[reason] ?? 0) + spans;
    lost += spans;
  }
  if (settled.kept + settled.rejected + lost > 0) report.error = settled.error;
  if (settled.kept === 0) return [];
  return [settled.inDoubt ? { ...part, ambiguous: part.ambiguous + 1 } : part];
}

/**
 * Returns what the core needs to know of an item.
 *
 * @param {Part} part
 */
function asCoreItem({ destination, spans, ambiguous, own }) {
  return { destination: idOf(destination), spans, ambiguous, own };
}

/**
 * Returns `[spans, body, spans, body]`, the older ones first; undefined if the body cannot be divided.
 *
 * @param {Uint8Array} body
 * @param {number} spans
 * @returns {Halves | undefined}
 */
function halve(body, spans) {
  const halves = callCoreWithRetry((exports, instance, glue) =>
    glue.halve_body(body, spans),
  );
  return halves?.length ? /** @type {Halves} */ (halves) : undefined;
}

/** @param {Destination} destination */
function idOf(destination) {
  return callCoreWithRetry(
    (_, instance) => registerDestination(destination, instance),
    NOBODY,
  );
}

/**
 * @param {Drain} drain
 * @param {Part} part
 */
async function putAgain({ put, leftMs, again }, part) {
  // The number of an item of another isolate stays, because that isolate counts its spans by it.
  const number = part.own ? nextNumber() : part.number;
  try {
    const item = writeItem({ ...part, number });
    again.add(nameOf({ ...part, number }));
    // Without a sink this throws, and nothing is stored. Storing gets a second even if the budget is spent,
    // because the item would be lost.
    const putting = Promise.resolve(
      /** @type {SpillSink} */ (put).put(item),
    ).then(() => true);
    if ((await within(putting, Math.max(leftMs(), 1_000))) !== true)
      return false;
  } catch {
    return false;
  }
  if (part.own) noteStored(number, part.spans);
  return true;
}

/** @param {Item} item */
const nameOf = ({ isolate, number, spans }) => `${isolate} ${number} ${spans}`;

const lost = () => noAnswer("sent before, never confirmed, and not sent again");

/**
 * @param {DrainReport} report
 * @param {NonNullable<DrainReport["error"]>["code"]} code
 * @param {string} message
 */
function fail(report, code, message) {
  report.error = { code, message };
  return report;
}
