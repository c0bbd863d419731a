// Puts the spans that a flush could not send into the sink.

import { destinationById, knownDestinations } from "../options/destination.js";
import { callCore, current, callCoreWithRetry } from "../core/instance.js";
import { BEAT_MS, REFUSED, STORED, UNKNOWN } from "../../wasm/constants.js";
import { addTo } from "../delivery/report.js";
import { messageOf } from "../values/value.js";
import { takeFingerprints } from "./fingerprint.js";
import { headerBytes, writeItem } from "./item.js";
import { isolateId, nextNumber, noteStored } from "./own.js";
import { within } from "./within.js";

const MAX_BODY_BYTES = 0xffff_ffff;

/**
 * @typedef {import("../../index.js").FlushReport} FlushReport
 * @typedef {import("../../index.js").SpillSink} SpillSink
 * @typedef {Parameters<typeof destinationById>[0]} Instance
 * @typedef {{ token: number, spans: number, number: number, item: Uint8Array | undefined }} Lease
 */

/**
 * Returns the part of a budget that is reserved for the sink.
 *
 * @param {number} budgetMs
 */
export function reserveMs(budgetMs) {
  return Math.min(1_000, Math.floor(budgetMs / 4));
}

/**
 * Puts the spans before the horizon into the sink, and counts them in the report; never rejects.
 *
 * @param {SpillSink} sink
 * @param {number} horizon
 * @param {number} budgetMs
 * @param {Omit<FlushReport, "open">} report
 */
export async function spill(sink, horizon, budgetMs, report) {
  const endsAt = performance.now() + budgetMs;
  const leftMs = () => Math.max(0, endsAt - performance.now());
  if ((await within(takeFingerprints(), leftMs())) !== true) return;
  const instance = current();
  const longest = Math.max(
    0,
    ...knownDestinations().map(({ url }) => headerBytes(url)),
  );
  const maxBytes = maxBytesOf(sink) - longest;
  if (instance === undefined) return;
  if (maxBytes <= 0) {
    const message = "the sink's maxBytes are fewer than an item's header has";
    report.error = { code: "spill", message };
    return;
  }
  for (
    let /** @type {number} */ stored = STORED;
    stored === STORED && leftMs() > 0;
  ) {
    const lease = takeLease(instance, horizon, maxBytes, leftMs());
    if (lease === undefined) return;
    /** @type {{ stored: number, message?: string }} */
    let put = { stored: REFUSED };
    if (lease.item !== undefined) put = await putItem(sink, lease, leftMs());
    stored = put.stored;
    settle(lease, stored, report);
    if (stored !== STORED)
      report.error = { code: "spill", message: put.message ?? "no item" };
  }
}

/**
 * Returns the bytes of the largest item that the sink takes. A limit that cannot be read is none, because the sink
 * can still refuse an item.
 *
 * @param {SpillSink} sink
 */
function maxBytesOf(sink) {
  try {
    const { maxBytes } = sink;
    if (typeof maxBytes === "number" && !Number.isNaN(maxBytes))
      return maxBytes;
  } catch {
    // It is a program's own object.
  }
  return Infinity;
}

/**
 * @param {Instance} instance
 * @param {number} horizon
 * @param {number} maxBytes
 * @param {number} leftMs
 */
function takeLease(instance, horizon, maxBytes, leftMs) {
  const limit = Math.min(maxBytes, MAX_BODY_BYTES);
  if (current() !== instance) return undefined;
  const taken = callCore((exports, live, glue) =>
    glue.store_lease(horizon, limit, leftMs, false),
  );
  if (taken === undefined) return undefined;
  const { token, spans, ambiguous, address, bytes } = taken;
  const destination = destinationById(instance, taken.destination);
  const number = nextNumber();
  /** @type {Lease} */
  const lease = { token, spans, number, item: undefined };
  // A destination that is newer than the fingerprints has none yet. The next flush stores its spans.
  if (destination?.fingerprint === undefined) return lease;
  try {
    lease.item = writeItem({
      url: destination.url,
      fingerprint: destination.fingerprint,
      isolate: isolateId(),
      number,
      spans,
      ambiguous,
      body: new Uint8Array(instance.exports.memory.buffer, address, bytes),
    });
  } catch {
    // There is no memory for a copy, so the batch stays in the buffer.
  }
  return lease;
}

/**
 * Puts an item into the sink. A sink that throws has refused it; one that does not answer in
 * time may have stored it.
 *
 * @param {SpillSink} sink
 * @param {Lease} lease
 * @param {number} leftMs
 */
async function putItem(sink, lease, leftMs) {
  const beat = () => callCore((exports) => exports.store_beat(lease.token));
  const beats = setInterval(beat, BEAT_MS);
  try {
    const put = Promise.resolve(
      sink.put(/** @type {Uint8Array} */ (lease.item)),
    ).then(() => true);
    if ((await within(put, leftMs)) === true) return { stored: STORED };
    return { stored: UNKNOWN, message: "the sink did not answer in time" };
  } catch (error) {
    return { stored: REFUSED, message: messageOf(error) };
  } finally {
    clearInterval(beats);
  }
}

/**
 * Settles a lease by its number, which the instance's successor knows too.
 *
 * @param {Lease} lease
 * @param {number} stored
 * @param {Omit<FlushReport, "open">} report
 */
function settle({ token, spans, number }, stored, report) {
  const settled = callCoreWithRetry((exports, instance, glue) =>
    glue.store_settle(token, stored),
  );
  if (settled === undefined) return;
  if (settled.spilled > 0) noteStored(number, spans);
  addTo(report, settled);
  const lost = Object.values(settled.dropped).reduce((sum, n) => sum + n, 0);
  report.pending -= settled.spilled + lost;
}
