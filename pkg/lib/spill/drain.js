// drainSpill(): items come out of a store one by one and are sent like any other batch.

import { anyConfiguration } from "../options/configuration.js";
import { registerDestination } from "../options/destination.js";
import { attempt, insist, loaded } from "../core/instance.js";
import { codeOf, emptyDrainReport } from "../delivery/report.js";
import {
  ANSWERED,
  count,
  NO_ANSWER,
  NO_CONNECTION,
} from "../delivery/settle.js";
import { answers, reserve, stage, text } from "../core/staging.js";
import { Transport } from "../delivery/transport.js";
import { messageOf } from "../values/value.js";
import { warnOnce } from "../host/warn.js";
import { destinationOfItem, takeFingerprints } from "./fingerprint.js";
import { readItem, writeItem } from "./item.js";
import { nextNumber, noteStored, takeOwn } from "./own.js";
import { within } from "./within.js";

const TOO_LARGE = 413;
// No destination has this number.
const NOBODY = 0xffffffff;

/** Never rejects. */
export async function drainSpill(sink, budgetMs) {
  const endsAt = performance.now() + budgetMs;
  const drain = {
    // A queue's batch takes nothing in: what must go back goes where items are put.
    put: sink?.put ? sink : anyConfiguration()?.spill,
    atMostOnce: anyConfiguration()?.core.redelivery === "at-most-once",
    leftMs: () => Math.max(0, endsAt - performance.now()),
    over: false,
    transport: new Transport(),
    // What this drain put back: for the next one.
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

/** Whether the sink may forget the item. Never rejects. */
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
  // Not as it was: what is left takes the item's place.
  for (const rest of left) {
    if (await putAgain(drain, rest)) report.kept++;
    else settle(drain, { ...rest, ambiguous: rest.ambiguous || 1 }, lost());
  }
  return true;
}

/** Sends, in halves if it must be; gives back what has to stay in the store. */
async function sendPart(drain, part) {
  const { report, leftMs, atMostOnce } = drain;
  const { spans, ambiguous, own, body } = part;
  // It may have arrived as often as it may be sent.
  if (ambiguous > (atMostOnce ? 0 : 1)) return settle(drain, part, lost());
  if (leftMs() === 0) return [part];
  const id = idOf(part.destination);
  const may = attempt((exports) =>
    exports.drain_hand_over(id, spans, ambiguous, own, Date.now()),
  );
  if (!may) {
    fail(report, "held", "nothing is sent there for a while");
    return [part];
  }
  report.attempts++;
  report.bytes += body.length;
  const answer = await post(drain, part);
  if (answer.status === TOO_LARGE && spans > 1) {
    const halves = halve(body, spans);
    if (halves !== undefined) {
      const [olderSpans, older, newerSpans, newer] = halves;
      const half = (spans, body) => ({ ...part, spans, body });
      return [
        ...(await sendPart(drain, half(olderSpans, older))),
        ...(await sendPart(drain, half(newerSpans, newer))),
      ];
    }
  }
  return settle(drain, part, answer);
}

async function post({ transport, leftMs }, { destination, body }) {
  try {
    const ready = transport.prepareFor(destination, body);
    const prepared = await within(ready, leftMs());
    if (prepared === undefined) return notConnected("the time was over");
    const answer = await within(transport.send(prepared), leftMs());
    if (answer === undefined) return noAnswer("no answer in time");
    const { status, retryAfterMs } = answer;
    const said = await within(answer.said, leftMs());
    if (status === 0) return noAnswer("no HTTP answer");
    return { how: ANSWERED, status, retryAfterMs, said };
  } catch (error) {
    return notConnected(messageOf(error));
  }
}

const failed = (how, code, message) => ({
  how,
  status: 0,
  error: { code, message },
});
const notConnected = (message) => failed(NO_CONNECTION, "network", message);
const noAnswer = (message) => failed(NO_ANSWER, "timeout", message);

function settle({ report }, part, heard) {
  const { spans, ambiguous, own } = part;
  const { how, status, retryAfterMs = -1, said } = heard;
  const id = idOf(part.destination);
  const settled = insist((exports, instance) =>
    answers(
      instance,
      exports.drain_settle(
        id,
        spans,
        ambiguous,
        own,
        Date.now(),
        how,
        status,
        retryAfterMs,
        said?.rejected ?? 0,
      ),
    ),
  );
  if (settled === undefined) throw new Error("the wasm instance ended");
  const sum = { exported: 0, rejected: 0, spilled: 0, dropped: report.dropped };
  const { kept, dropped } = count(sum, settled);
  report.delivered += sum.exported;
  report.rejected += sum.rejected;
  if (kept + sum.rejected + dropped > 0)
    report.error = heard.error ?? {
      code: codeOf(status),
      message: said?.message ?? "",
      status,
    };
  if (kept === 0) return [];
  return [settled[6] > 0 ? { ...part, ambiguous: ambiguous + 1 } : part];
}

/** `[spans, body, spans, body]`, the older ones first; undefined for what cannot be divided. */
function halve(body, spans) {
  const halves = insist((exports, instance) => {
    // It may have the memory grow, so everything is looked up afterwards.
    reserve(instance, 0, 0, body.length);
    text.set(body);
    const [olderSpans, older, newerSpans, newer] = answers(
      instance,
      exports.halve_body(body.length, spans),
    );
    if (older === undefined) return [];
    stage(instance);
    const made = text.slice(0, older + newer);
    reserve(instance, 0, 0, 0);
    return [
      olderSpans,
      made.subarray(0, older),
      newerSpans,
      made.subarray(older),
    ];
  });
  return halves?.length > 0 ? halves : undefined;
}

function idOf(destination) {
  return insist(
    (_, instance) => registerDestination(destination, instance),
    NOBODY,
  );
}

async function putAgain({ put, leftMs, again }, part) {
  // The isolate that counts it as spilled knows it by its number.
  const number = part.own ? nextNumber() : part.number;
  try {
    const item = writeItem({ ...part, number });
    again.add(nameOf({ ...part, number }));
    // A moment is granted to what must not be lost, even if the budget is spent.
    const putting = Promise.resolve(put.put(item)).then(() => true);
    if ((await within(putting, Math.max(leftMs(), 1_000))) !== true)
      return false;
  } catch {
    return false;
  }
  if (part.own) noteStored(number, part.spans);
  return true;
}

const nameOf = ({ isolate, number, spans }) => `${isolate} ${number} ${spans}`;

const lost = () => noAnswer("sent before, never confirmed, and not sent again");

function fail(report, code, message) {
  report.error = { code, message };
  return report;
}
