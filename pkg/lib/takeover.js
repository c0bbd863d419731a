// Reads what a dead instance left in its memory and hands it to a fresh one. The layout is that
// of src/table.rs; nothing of the dead instance is called.

import { destinationById, registerDestination } from "./destination.js";

const MAGIC = 0x524e4d4c;
const VERSION = 1;
const REASONS = 8;

const ROOT = {
  rows: 8,
  length: 12,
  rowBytes: 16,
  oldest: 20,
  exported: 24,
  rejected: 32,
};
const REDELIVERED = 40;
const DROPPED = 48;
const CHECKSUM = DROPPED + 8 * REASONS;
const RECORDED = CHECKSUM + 8;

const ROW = {
  state: 0,
  destination: 4,
  spans: 12,
  data: 16,
  capacity: 20,
  start: 24,
  header: 28,
  handed: 40,
  ambiguous: 44,
  newer: 52,
  leasedAt: 56,
  expiresAt: 64,
  checksum: 72,
};
const SEALED = 2;
const LEASED = 3;

export function takeOver(dead, instance, glue) {
  const memory = new DataView(dead.exports.memory.buffer);
  try {
    adoptCounters(memory, dead.root, glue);
    for (const row of chunks(memory, dead.root))
      adoptChunk(memory, row, dead, instance, glue);
  } catch (error) {
    // A table that does not hold together: what was not adopted yet is counted as lost.
    if (!(error instanceof RangeError)) throw error;
  }
  glue.reconcile();
}

function adoptCounters(memory, root, glue) {
  const u64 = (at) => Number(memory.getBigUint64(root + at, true));
  const recorded = memory.getBigUint64(root + RECORDED, true);
  const guard = memory.getBigUint64(root + RECORDED + 8, true);
  const sound =
    memory.getUint32(root, true) === MAGIC &&
    memory.getUint32(root + 4, true) === VERSION &&
    checksum(memory, root, CHECKSUM) ===
      memory.getUint32(root + CHECKSUM, true);
  if (!sound || (recorded ^ guard) !== 0xffff_ffff_ffff_ffffn) {
    throw new RangeError("the table is damaged");
  }
  glue.adopt_counters(
    Number(recorded),
    u64(ROOT.exported),
    u64(ROOT.rejected),
    u64(REDELIVERED),
  );
  for (let reason = 0; reason < REASONS; reason++) {
    const spans = u64(DROPPED + 8 * reason);
    if (spans > 0) glue.adopt_dropped(reason, spans);
  }
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
      checksum(memory, row, ROW.checksum) !==
      memory.getUint32(row + ROW.checksum, true)
    )
      return;
    yield row;
    slot = memory.getUint32(row + ROW.newer, true);
  }
}

function adoptChunk(memory, row, dead, instance, glue) {
  const u32 = (at) => memory.getUint32(row + at, true);
  const spans = u32(ROW.spans);
  const destination = destinationById(dead, u32(ROW.destination));
  if (spans === 0 || destination === undefined) return;
  const from = u32(ROW.start) + u32(ROW.header);
  const bytes = u32(ROW.capacity) - from;
  const encoded = new Uint8Array(memory.buffer, u32(ROW.data) + from, bytes);
  glue.reserve(0, 0, bytes);
  const [, , , , text] = glue.staging();
  new Uint8Array(instance.exports.memory.buffer, text, bytes).set(encoded);
  const state = u32(ROW.state);
  const lease = state === LEASED ? 1 + u32(ROW.handed) : 0;
  if (state <= SEALED || state === LEASED) {
    glue.adopt(
      registerDestination(destination, instance, glue),
      spans,
      u32(ROW.ambiguous),
      bytes,
      lease,
      memory.getFloat64(row + ROW.leasedAt, true),
      memory.getFloat64(row + ROW.expiresAt, true),
    );
  }
  glue.reserve(0, 0, 0);
}

function checksum(memory, at, bytes) {
  let sum = 0;
  for (let offset = 0; offset < bytes; offset += 4) {
    const word = memory.getUint32(at + offset, true);
    sum = Math.imul(((sum << 5) | (sum >>> 27)) ^ word, 0x9e3779b1);
  }
  return sum >>> 0;
}
