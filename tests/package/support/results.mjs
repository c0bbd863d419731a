// Helpers of the suites in hosts/: the spans that the collector got, and the process's warnings.

import { Laminar } from "laminar-edge";
import { startCollector } from "./collector.mjs";

/** Starts a collector and sends to it. No background export runs during a test. */
export async function startSending(t) {
  const collector = await startCollector(t);
  Laminar.initialize({
    projectApiKey: "k",
    baseUrl: collector.url,
    scheduledDelayMillis: 60_000,
  });
  return {
    /** Flushes, and returns the span of that name, with its output. The flush must not wait. */
    async sent(name, atMostMs = 2_000) {
      const began = performance.now();
      const report = await Laminar.flush();
      const ms = performance.now() - began;
      if (ms > atMostMs) throw new Error(`the flush took ${ms} ms`);
      const { [0]: span, length } = collector.spans.filter(
        (each) => each.name === name,
      );
      if (length !== 1)
        throw new Error(
          `${length} spans are called ${name}: ${JSON.stringify(report)}`,
        );
      const text = span.attributes["lmnr.span.output"];
      return {
        ...span,
        output: text === undefined ? undefined : JSON.parse(text),
        incomplete: span.attributes["laminar.incomplete"] === true,
        exception: span.events[0]?.attributes["exception.message"],
      };
    },
  };
}

/** Returns the package's warnings while `action` ran. */
export async function warningsOf(action) {
  const warned = [];
  const { warn } = console;
  console.warn = (...args) => warned.push(args.join(" "));
  try {
    await action();
  } finally {
    console.warn = warn;
  }
  return warned;
}
