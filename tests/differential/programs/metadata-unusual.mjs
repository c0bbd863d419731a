// Metadata that JSON and OpenTelemetry cannot represent.

import { outcome } from "../support/outcome.mjs";

const cycle = { name: "node" };
cycle.self = cycle;

const values = {
  nan: NaN,
  infinity: Infinity,
  bigint: 10n,
  symbol: Symbol("s"),
  function: () => 1,
  cycle,
  "undefined inside": { a: undefined },
};

export default async ({ Laminar, observe }) => {
  const outcomes = {};
  for (const [key, value] of Object.entries(values)) {
    const metadata = { [key]: value, beside: "kept" };
    outcomes[`observe ${key}`] = outcome(() =>
      observe({ name: `observe ${key}`, metadata }, () => 1),
    );
    outcomes[`start ${key}`] = outcome(() =>
      Laminar.startSpan({ name: `start ${key}`, metadata }).end(),
    );
  }
  return outcomes;
};
