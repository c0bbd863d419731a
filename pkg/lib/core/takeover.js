// Reads what a dead instance left in its memory and hands it to a fresh one. The layout is that
// of src/buffer/table.rs; nothing of the dead instance is called.

import {
  destinationById,
  registerDestination,
} from "../options/destination.js";
import { REASONS } from "./reasons.js";
import { reserve, text } from "./staging.js";

const MAGIC = 0x524e4d4c;
const VERSION = 4;
// Offsets in a Root, and in a Row.
const ROOT_ROWS = 8;
const ROOT_LENGTH = 12;
const ROOT_ROW_BYTES = 16;
const ROOT_OLDEST = 20;
const ROOT_EXPORTED = 24;
const ROOT_REJECTED = 32;
const ROOT_REDELIVERED = 40;
const ROOT_SPILLED = 48;
const ROOT_DROPPED = 56;
const ROOT_CHECKSUM = ROOT_DROPPED + 8 * REASONS.length;
const ROOT_RECORDED = ROOT_CHECKSUM + 8;
const ROW_STATE = 0;
const ROW_DESTINATION = 4;
const ROW_DATA = 12;
const ROW_CAPACITY = 16;
const ROW_HEADER = 20;
const ROW_TOKEN = 24;
const ROW_HANDED = 32;
const ROW_AMBIGUOUS = 36;
const ROW_NEWER = 44;
const ROW_LEASED_AT = 48;
const ROW_EXPIRES_AT = 56;
const ROW_SPANS = 64;
const ROW_START = 68;
const ROW_CHECKSUM = 72;
const OPEN = 1;
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
    checksum(memory, root, ROOT_CHECKSUM) ===
      memory.getUint32(root + ROOT_CHECKSUM, true);
  const u64 = (at) =>
    sound ? Number(memory.getBigUint64(root + at, true)) : 0;
  const recorded = memory.getBigUint64(root + ROOT_RECORDED, true);
  const guard = memory.getBigUint64(root + ROOT_RECORDED + 8, true);
  return {
    sound,
    recorded:
      (recorded ^ guard) === 0xffff_ffff_ffff_ffffn
        ? Number(recorded)
        : undefined,
    exported: u64(ROOT_EXPORTED),
    rejected: u64(ROOT_REJECTED),
    redelivered: u64(ROOT_REDELIVERED),
    spilled: u64(ROOT_SPILLED),
    dropped: REASONS.map((_, reason) => u64(ROOT_DROPPED + 8 * reason)),
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
  const rows = memory.getUint32(root + ROOT_ROWS, true);
  const length = memory.getUint32(root + ROOT_LENGTH, true);
  const rowBytes = memory.getUint32(root + ROOT_ROW_BYTES, true);
  let slot = memory.getUint32(root + ROOT_OLDEST, true);
  for (let seen = 0; slot < length && seen < length; seen++) {
    const row = rows + slot * rowBytes;
    if (
      row + ROW_CHECKSUM + 4 > memory.byteLength ||
      checksum(memory, row, ROW_CHECKSUM) !==
        memory.getUint32(row + ROW_CHECKSUM, true)
    )
      return;
    yield row;
    slot = memory.getUint32(row + ROW_NEWER, true);
  }
}

/** Gives back how many spans it held, whether or not there was room for them. */
function adoptChunk(memory, row, dead, instance) {
  const u32 = (at) => memory.getUint32(row + at, true);
  const spans = u32(ROW_SPANS);
  const destination = destinationById(dead, u32(ROW_DESTINATION));
  if (spans === 0 || destination === undefined) return spans;
  const from = u32(ROW_START) + u32(ROW_HEADER);
  const bytes = u32(ROW_CAPACITY) - from;
  if (bytes < 0 || u32(ROW_DATA) + from + bytes > memory.byteLength)
    return spans;
  const id = registerDestination(destination, instance);
  const encoded = new Uint8Array(memory.buffer, u32(ROW_DATA) + from, bytes);
  reserve(instance, 0, 0, bytes);
  text.set(encoded);
  const state = u32(ROW_STATE);
  // One that was not handed to fetch nobody will send now: it is free again.
  const lease = state === LEASED && u32(ROW_HANDED) === 1 ? HANDED : 0;
  if (state <= SEALED || state === LEASED) {
    instance.exports.adopt(
      id,
      spans,
      u32(ROW_AMBIGUOUS),
      bytes,
      state === OPEN,
      lease,
      u32(ROW_TOKEN),
      memory.getFloat64(row + ROW_LEASED_AT, true),
      memory.getFloat64(row + ROW_EXPIRES_AT, true),
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
