// Gathers the results of a run, program by program.

import { normalise } from "./normalise.mjs";
import { keyOf } from "./run.mjs";
import { spansOf } from "./wire.mjs";

/** Returns `{ program: { spans, outcome } }`, or `{ missing }` where the SDK lacks something. */
export function gather({ requests }, outcomes) {
  const found = {};
  for (const [program, outcome] of Object.entries(outcomes)) {
    const spans = requests
      .filter(({ key }) => key === keyOf(program))
      .flatMap(({ bytes }) => spansOf(bytes))
      .filter(({ name }) => name !== "probe");
    found[program] = outcome.missing
      ? { missing: outcome.missing }
      : normalise(spans, outcome);
  }
  return found;
}
