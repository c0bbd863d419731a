// Checks the ledger's equation, which holds at all times.

import assert from "node:assert/strict";

export function assertBalanced(stats) {
  const lost = Object.values(stats.dropped).reduce((a, b) => a + b, 0);
  const { buffered, inFlight, spilled, handed, exported, rejected } = stats;
  assert.equal(
    stats.recorded,
    buffered + inFlight + spilled + handed + exported + rejected + lost,
    JSON.stringify(stats),
  );
  assert.equal(stats.unconfirmed, stats.dropped.unconfirmed ?? 0);
}

/** Returns the figures that changed between two readings. */
export function difference(before, after) {
  const changed = {};
  for (const [name, value] of Object.entries(after)) {
    if (typeof value === "number") {
      if (value !== before[name]) changed[name] = value - before[name];
      continue;
    }
    for (const [reason, count] of Object.entries(value)) {
      const more = count - (before[name][reason] ?? 0);
      if (more !== 0) changed[reason] = more;
    }
  }
  return changed;
}
