// drainSpill() takes items out of a store one by one, and sends them like any other batch.

import { anyConfiguration } from "../options/configuration.js";
import { loaded } from "../core/instance.js";
import { emptyDrainReport } from "../delivery/report.js";
import { Transport } from "../delivery/transport.js";
import { messageOf } from "../values/value.js";
import { warnOnce } from "../host/warn.js";
import { destinationOfItem, takeFingerprints } from "./fingerprint.js";
import { bytesOf, readItem, writeItem } from "./item.js";
import { nextNumber, noteStored, takeOwn } from "./own.js";
import { post, statusOf } from "./post.js";
import { reserveMs } from "./put.js";
import { hashOf, leaveItem, takeItem } from "./seen.js";
import { halve, handOver, settle } from "./settle.js";
import { within } from "./within.js";

const TOO_LARGE = 413;
const MAX_DOUBT = 255;
// A sink that stops when it is told to needs no longer than this.
const GRACE_MS = 100;
const OVER = "the store was not drained within the budget";

/**
 * @typedef {import("../../index.js").DrainReport} DrainReport
 * @typedef {import("../../index.js").DropReason} DropReason
 * @typedef {import("../../index.js").SpillSink} SpillSink
 * @typedef {import("./item.js").Item} Item
 * @typedef {import("./fingerprint.js").Destination} Destination
 * @typedef {import("./post.js").Answer} Answer
 * @typedef {Item & { destination: Destination, own: boolean }} Part An item, or a half of one.
 * @typedef {{ failures: number, untilMs: number }} Pause `failures` is how many there were in a row.
 * @typedef {{ put: SpillSink | undefined, atMostOnce: boolean, leftMs: () => number, storeMs: () => number,
 *   over: boolean, transport: Transport, again: Set<string>, pauses: Map<Destination, Pause>,
 *   report: DrainReport }} Drain `leftMs` is the time for sending, `storeMs` with that for the store.
 */

/**
 * Drains a sink; never rejects.
 *
 * @param {Partial<SpillSink> | undefined} sink
 * @param {number} budgetMs
 */
export async function drainSpill(sink, budgetMs) {
  const endsAt = performance.now() + budgetMs;
  const storeMs = () => Math.max(0, endsAt - performance.now());
  /** @type {Drain} */
  const drain = {
    put: undefined,
    atMostOnce: anyConfiguration()?.core.redelivery === "at-most-once",
    leftMs: () =>
      drain.over ? 0 : Math.max(0, storeMs() - reserveMs(budgetMs)),
    storeMs,
    over: false,
    transport: new Transport(),
    // Items that this drain put back, which the next one sends.
    again: new Set(),
    pauses: new Map(),
    report: emptyDrainReport(),
  };
  const { report, transport } = drain;
  let timer;
  try {
    if (typeof sink?.drain !== "function")
      return fail(report, "spill", "there is no sink that can be drained");
    // A queue's batch stores no items, so items to keep go to the configured sink.
    drain.put = sink.put
      ? /** @type {SpillSink} */ (sink)
      : anyConfiguration()?.spill;
    await within(loaded(), drain.leftMs());
    if (!(await within(takeFingerprints(), drain.leftMs())))
      return fail(report, "spill", "keys cannot be told apart here");
    transport.controller = newController();
    timer = setTimeout(endSending, drain.leftMs(), drain);
    const done = sink.drain(
      (bytes, doubt) => send(drain, bytes, doubt),
      transport.controller?.signal,
    );
    await within(done, storeMs() + GRACE_MS);
  } catch (error) {
    fail(report, "spill", messageOf(error));
  }
  clearTimeout(timer);
  if (drain.over) report.error ??= { code: "timeout", message: OVER };
  drain.over = true;
  transport.cancel();
  report.ok =
    report.error === undefined &&
    report.kept + report.rejected === 0 &&
    Object.keys(report.dropped).length === 0;
  return { ...report, dropped: { ...report.dropped } };
}

function newController() {
  try {
    return new AbortController();
  } catch {
    // Fastly has none. There a request that is late ends by itself.
    return undefined;
  }
}

/** Ends the time for sending; what is left is for the store. */
function endSending(/** @type {Drain} */ drain) {
  drain.over = true;
  drain.transport.cancel();
}

/**
 * Returns whether the sink may delete the item; never rejects.
 *
 * @param {Drain} drain
 * @param {unknown} given
 * @param {any} doubt
 */
async function send(drain, given, doubt) {
  const { report, again } = drain;
  const item = readItem(given);
  if (item !== undefined && again.has(nameOf(item))) return false;
  let done = false;
  let hash;
  try {
    hash = item && (await hashOf(/** @type {any} */ (bytesOf(given))));
    const taken = hash && takeItem(hash);
    if (taken === "settled") return true;
    if (taken === "busy") return false;
    report.items++;
    const least = taken === "abandoned" ? 1 : 0;
    const most = Math.min(Math.floor(doubt > 0 ? doubt : 0), MAX_DOUBT);
    done = await sendItem(drain, item, Math.max(least, most));
  } catch (error) {
    fail(report, "spill", messageOf(error));
  }
  if (hash !== undefined) leaveItem(hash, done);
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
  if (drain.leftMs() === 0) return false;
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
    else count(drain, giveUp({ ...rest, ambiguous: rest.ambiguous || 1 }));
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
  const { report, leftMs, atMostOnce, transport } = drain;
  const { spans, ambiguous, body, destination } = part;
  // It may have arrived already, as often as it may be sent.
  if (ambiguous > (atMostOnce ? 0 : 1)) {
    count(drain, giveUp(part));
    return [];
  }
  if (!(await isTimeFor(drain, destination))) return [part];
  if (!handOver(part)) {
    fail(report, "held", "nothing is sent there for a while");
    return [part];
  }
  const number = ++report.attempts;
  report.bytes += body.length;
  const answer = await post({ transport, leftMs, number }, destination, body);
  if (
    answer.isSent !== false &&
    statusOf(answer.answer) === TOO_LARGE &&
    spans > 1
  ) {
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
  const failures = drain.pauses.get(destination)?.failures ?? 0;
  const settled = settle(part, answer, failures);
  notePause(drain, destination, settled.pauseMs);
  count(drain, settled);
  if (settled.kept === 0) return [];
  return [settled.inDoubt ? { ...part, ambiguous: ambiguous + 1 } : part];
}

/**
 * Waits as long as the destination's failures demand. Returns false if the drain has no time for that.
 *
 * @param {Drain} drain
 * @param {Destination} destination
 */
async function isTimeFor({ pauses, leftMs }, destination) {
  const untilMs = pauses.get(destination)?.untilMs ?? 0;
  const waitMs = Math.max(0, untilMs - performance.now());
  if (waitMs >= leftMs()) return false;
  if (waitMs > 0) await within(new Promise(() => {}), waitMs);
  return leftMs() > 0;
}

/**
 * @param {Drain} drain
 * @param {Destination} destination
 * @param {number} ms
 */
function notePause({ pauses }, destination, ms) {
  const { failures = 0 } = pauses.get(destination) ?? {};
  const untilMs = performance.now() + ms;
  if (ms > 0) pauses.set(destination, { failures: failures + 1, untilMs });
  else pauses.delete(destination);
}

/**
 * Settles a part that may have arrived and is not sent again.
 *
 * @param {Part} part
 */
function giveUp(part) {
  const message = "sent before, never confirmed, and not sent again";
  return { ...settle(part, {}, 0), error: { code: "timeout", message } };
}

/**
 * Counts in the report what became of an item.
 *
 * @param {Drain} drain
 * @param {ReturnType<typeof settle>} settled
 */
function count({ report }, { exported, rejected, dropped, kept, error }) {
  report.delivered += exported;
  report.rejected += rejected;
  let lost = 0;
  for (const [reason, spans] of /** @type {[DropReason, number][]} */ (
    Object.entries(dropped)
  )) {
    report.dropped[reason] = (report.dropped[reason] ?? 0) + spans;
    lost += spans;
  }
  if (kept + rejected + lost > 0) report.error = error;
}

/**
 * @param {Drain} drain
 * @param {Part} part
 */
async function putAgain({ put, storeMs, again }, part) {
  // The number of an item of another isolate stays, because that isolate counts its spans by it.
  const number = part.own ? nextNumber() : part.number;
  try {
    const item = writeItem({ ...part, number });
    again.add(nameOf({ ...part, number }));
    // Without a sink this throws, and nothing is stored.
    const putting = Promise.resolve(
      /** @type {SpillSink} */ (put).put(item),
    ).then(() => true);
    if ((await within(putting, storeMs())) !== true) return false;
  } catch {
    return false;
  }
  if (part.own) noteStored(number, part.spans);
  return true;
}

/** @param {Item} item */
const nameOf = ({ isolate, number, spans }) => `${isolate} ${number} ${spans}`;

/**
 * @param {DrainReport} report
 * @param {NonNullable<DrainReport["error"]>["code"]} code
 * @param {string} message
 */
function fail(report, code, message) {
  report.error = { code, message };
  return report;
}
