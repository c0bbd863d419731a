// The end of a flush that could not send everything: what is left goes into the sink.

import { destinationById, knownDestinations } from "../options/destination.js";
import { attempt, current } from "../core/instance.js";
import {
  NO_ANSWER,
  NO_CONNECTION,
  settle as settleLease,
  STORED,
} from "../delivery/settle.js";
import { answers } from "../core/staging.js";
import { messageOf } from "../values/value.js";
import { takeFingerprints } from "./fingerprint.js";
import { headerBytes, writeItem } from "./item.js";
import { isolateId, nextNumber, noteStored } from "./own.js";
import { within } from "./within.js";

// How long a lease outlives the flush that took it.
const LEASE_MARGIN_MS = 2_000;
const BEAT_MS = 250;
const MAX_BODY_BYTES = 0xffff_ffff;

// What a sink that throws has refused is as if it had never left; one that is late may have it.
const REFUSED = NO_CONNECTION;
const UNKNOWN = NO_ANSWER;

/** The part of a budget that is kept back for the sink. */
export function reserveMs(budgetMs) {
  return Math.min(1_000, Math.floor(budgetMs / 4));
}

/** Puts what lies before the horizon into the sink and says so in the report. Never rejects. */
export async function spill(sink, horizon, budgetMs, report) {
  const endsAt = performance.now() + budgetMs;
  const leftMs = () => Math.max(0, endsAt - performance.now());
  if ((await within(takeFingerprints(), leftMs())) !== true) return;
  const instance = current();
  const longest = Math.max(
    0,
    ...knownDestinations().map(({ url }) => headerBytes(url)),
  );
  const maxBytes = (sink.maxBytes ?? Infinity) - longest;
  if (instance === undefined || !(maxBytes > 0)) return;
  for (let how = STORED; how === STORED && leftMs() > 0;) {
    const lease = takeLease(instance, horizon, maxBytes, leftMs());
    if (lease === undefined) return;
    let put = { how: REFUSED };
    if (lease.item !== undefined) put = await putItem(sink, lease, leftMs());
    how = put.how;
    settle(lease, how, report);
    if (how !== STORED)
      report.error = { code: "spill", message: put.message ?? "no item" };
  }
}

function takeLease(instance, horizon, maxBytes, leftMs) {
  const limit = Math.min(maxBytes, MAX_BODY_BYTES);
  const ttlMs = leftMs + LEASE_MARGIN_MS;
  if (current() !== instance) return undefined;
  const taken = attempt((exports) =>
    answers(
      instance,
      exports.lease(horizon, 0, limit, Date.now(), ttlMs, true),
    ),
  );
  if (!taken?.length) return undefined;
  const [token, id, spans, ambiguous, address, bytes] = taken;
  const destination = destinationById(instance, id);
  const number = nextNumber();
  const lease = { token, spans, number, item: undefined };
  // One that became known since has no fingerprint yet; the next flush takes care of it.
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
    // No memory for a copy: it stays where it is.
  }
  return lease;
}

/** A sink that does not answer in time may have stored it. */
async function putItem(sink, lease, leftMs) {
  const beat = () => attempt((exports) => exports.beat(lease.token));
  const beats = setInterval(beat, BEAT_MS);
  try {
    const put = Promise.resolve(sink.put(lease.item)).then(() => true);
    if ((await within(put, leftMs)) === true) return { how: STORED };
    return { how: UNKNOWN, message: "the sink did not answer in time" };
  } catch (error) {
    return { how: REFUSED, message: messageOf(error) };
  } finally {
    clearInterval(beats);
  }
}

function settle({ token, spans, number }, how, report) {
  const { spilled, dropped } = settleLease(report, token, how);
  if (spilled > 0) noteStored(number, spans);
  report.pending -= spilled + (dropped ?? 0);
}
