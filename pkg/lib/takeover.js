// Reads what a dead instance left in its memory and hands it to a fresh one. The layout is that
// of src/table.rs; nothing of the dead instance is called.

import { destinationById, registerDestination } from "./destination.js";
import { REASONS } from "./reasons.js";
import { reserve, text } from "./staging.js";

const MAGIC = 0x524e4d4c;
const VERSION = 3;
const ROOT = {
  rows: 8,
  length: 12,
  rowBytes: 16,
  oldest: 20,
  exported: 24,
  rejected: 32,
};
const REDELIVERED = 40;
const SPILLED = 48;
const DROPPED = 56;
const CHECKSUM = DROPPED + 8 * REASONS.length;
const RECORDED = CHECKSUM + 8;

const ROW = {
  state: 0,
  destination: 4,
  data: 12,
  capacity: 16,
  header: 20,
  token: 24,
  handed: 32,
  ambiguous: 36,
  newer: 44,
  leasedAt: 48,
  expiresAt: 56,
  spans: 64,
  start: 68,
  checksum: 72,
};
const SEALED = 2;
const LEASED = 3;
// As src/js/adopt.rs has it.
const HANDED = 2;

export function takeOver(dead, instance) {
  const { exports } = instance;
  const memory = new DataView(dead.exports.memory.buffer);
  const counters = readCounters(memory, dead.root);
  const { exported, rejected, redelivered, spilled, dropped } = counters;
  const recorded = counters.recorded ?? settledBy(counters);
  // First, so that a trap on the way can lose spans but not the knowledge of them.
  exports.adopt_counters(recorded, exported, rejected, redelivered, spilled);
  instance.informed = true;
  dropped.forEach((spans, reason) => {
    if (spans > 0) exports.adopt_dropped(reason, spans);
  });
  let found = 0;
  if (counters.sound)
    for (const row of chunks(memory, dead.root))
      found += adoptChunk(memory, row, dead, instance);
  if (counters.recorded === undefined)
    exports.adopt_counters(found, 0, 0, 0, 0);
  exports.reconcile();
}

/** The figures of a dead instance that no other will take over: what it held is lost. */
export function lastStats(dead) {
  const memory = new DataView(dead.exports.memory.buffer);
  const counters = readCounters(memory, dead.root);
  const { exported, rejected, redelivered, spilled } = counters;
  const settled = settledBy(counters);
  const recorded = counters.recorded ?? settled;
  const dropped = {};
  counters.dropped.forEach((spans, reason) => {
    if (REASONS[reason] === "trap") spans += recorded - settled;
    if (spans > 0) dropped[REASONS[reason]] = spans;
  });
  return {
    recorded,
    buffered: 0,
    inFlight: 0,
    spilled,
    exported,
    rejected,
    dropped,
    redelivered,
    unconfirmed: dropped.unconfirmed ?? 0,
  };
}

/** The counters, zero if they are damaged. `recorded` is guarded apart, undefined if damaged. */
function readCounters(memory, root) {
  const sound =
    memory.getUint32(root, true) === MAGIC &&
    memory.getUint32(root + 4, true) === VERSION &&
    checksum(memory, root, CHECKSUM) ===
      memory.getUint32(root + CHECKSUM, true);
  const u64 = (at) =>
    sound ? Number(memory.getBigUint64(root + at, true)) : 0;
  const recorded = memory.getBigUint64(root + RECORDED, true);
  const guard = memory.getBigUint64(root + RECORDED + 8, true);
  return {
    sound,
    recorded:
      (recorded ^ guard) === 0xffff_ffff_ffff_ffffn
        ? Number(recorded)
        : undefined,
    exported: u64(ROOT.exported),
    rejected: u64(ROOT.rejected),
    redelivered: u64(REDELIVERED),
    spilled: u64(SPILLED),
    dropped: REASONS.map((_, reason) => u64(DROPPED + 8 * reason)),
  };
}

function settledBy({ exported, rejected, spilled, dropped }) {
  return dropped.reduce(
    (sum, spans) => sum + spans,
    exported + rejected + spilled,
  );
}

/** The rows that hold spans, oldest first; ends at the first that is damaged. */
function* chunks(memory, root) {
  const rows = memory.getUint32(root + ROOT.rows, true);
  const length = memory.getUint32(root + ROOT.length, true);
  const rowBytes = memory.getUint32(root + ROOT.rowBytes, true);
  let slot = memory.getUint32(root + ROOT.oldest, true);
  for (let seen = 0; slot < length && seen < length; seen++) {
    const row = rows + slot * rowBytes;
    if (
      row + ROW.checksum + 4 > memory.byteLength ||
      checksum(memory, row, ROW.checksum) !==
        memory.getUint32(row + ROW.checksum, true)
    )
      return;
    yield row;
    slot = memory.getUint32(row + ROW.newer, true);
  }
}

/** Gives back how many spans it held, whether or not there was room for them. */
function adoptChunk(memory, row, dead, instance) {
  const u32 = (at) => memory.getUint32(row + at, true);
  const spans = u32(ROW.spans);
  const destination = destinationById(dead, u32(ROW.destination));
  if (spans === 0 || destination === undefined) return spans;
  const from = u32(ROW.start) + u32(ROW.header);
  const bytes = u32(ROW.capacity) - from;
  if (bytes < 0 || u32(ROW.data) + from + bytes > memory.byteLength)
    return spans;
  const id = registerDestination(destination, instance);
  const encoded = new Uint8Array(memory.buffer, u32(ROW.data) + from, bytes);
  reserve(instance, 0, 0, bytes);
  text.set(encoded);
  const state = u32(ROW.state);
  // One that was not handed to fetch nobody will send now: it is free again.
  const lease = state === LEASED && u32(ROW.handed) === 1 ? HANDED : 0;
  if (state <= SEALED || state === LEASED) {
    instance.exports.adopt(
      id,
      spans,
      u32(ROW.ambiguous),
      bytes,
      lease,
      u32(ROW.token),
      memory.getFloat64(row + ROW.leasedAt, true),
      memory.getFloat64(row + ROW.expiresAt, true),
    );
  }
  reserve(instance, 0, 0, 0);
  return spans;
}

function checksum(memory, at, bytes) {
  let sum = 0;
  for (let offset = 0; offset < bytes; offset += 4) {
    const word = memory.getUint32(at + offset, true);
    sum = Math.imul(((sum << 5) | (sum >>> 27)) ^ word, 0x9e3779b1);
  }
  return sum >>> 0;
}
