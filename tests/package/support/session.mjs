// A session: the package in this process, imported by name, with a collector of its own.

import { after } from "node:test";
import { Laminar } from "laminar-edge";
import { startCollector } from "./collector.mjs";
import { assertBalanced, difference } from "./ledger.mjs";

/** `delivered()` flushes, checks the ledger, and returns the spans that arrived. */
export async function startSession(t, options = {}) {
  // The SDK is shut down before the collector, because it would retry unsent spans.
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
    /** Returns how the ledger has changed since the session began. */
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

/** Starts one session without warnings for all tests of a file, and resolves to its collector. */
export async function startQuietSession() {
  const warn = console.warn;
  console.warn = () => {};
  const collector = await startCollector();
  after(() => {
    console.warn = warn;
    return collector.close();
  });
  Laminar.initialize({ projectApiKey: "k", baseUrl: collector.url });
  return collector;
}
