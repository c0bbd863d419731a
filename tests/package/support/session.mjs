// The package in this process, by name, sending to a collector of the test's own.

import { Laminar } from "laminar-edge";
import { startCollector } from "./collector.mjs";
import { assertBalanced, difference } from "./ledger.mjs";

/** `delivered()` flushes and gives back the spans that arrived, with what the ledger says of it. */
export async function startSession(t, options = {}) {
  // Before the collector goes: what is left would be tried again and again.
  t.after(() => Laminar.shutdown());
  const collector = await startCollector(t);
  const started = Laminar.stats();
  Laminar.initialize({
    projectApiKey: `key of ${t.name}`,
    baseUrl: collector.url,
    ...options,
  });
  return {
    collector,
    /** What happened to the ledger since the session began. */
    change() {
      const stats = Laminar.stats();
      assertBalanced(stats);
      return difference(started, stats);
    },
    async delivered() {
      const report = await Laminar.flush();
      assertBalanced(Laminar.stats());
      return { report, spans: collector.spans };
    },
  };
}
