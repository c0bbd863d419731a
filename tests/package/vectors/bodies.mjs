// Runs the programs with ids and times that are always the same, and prints what they sent:
// `{ program: [body as base64, …] }`. In a process of its own, so that nothing ran before.

import { startCollector } from "../support/collector.mjs";
import { programs } from "./programs.mjs";

crypto.getRandomValues = (words) => words.map((_, i) => (words[i] = i + 1));
// The name of the runtime is in each span, and Node's changes with its version.
Object.defineProperty(globalThis, "navigator", {
  value: { userAgent: "Cloudflare-Workers" },
});

// The package is imported only now, because it reads that name at import.
const { Laminar, observe } = await import("laminar-edge");
const { FakeClock } = await import("laminar-edge/testing");

// Fastly has neither. Node's own Request needs the second, so it is hidden only from the package.
if (typeof WebAssembly === "undefined") {
  const { AbortController } = globalThis;
  Object.defineProperty(globalThis, "AbortController", {
    get: () =>
      new Error().stack.split("\n")[2].includes("/pkg/lib/")
        ? undefined
        : AbortController,
  });
}

const bodies = {};
for (const [name, program] of Object.entries(programs)) {
  const clock = new FakeClock().install();
  const collector = await startCollector();
  Laminar.initialize({
    projectApiKey: "key",
    baseUrl: collector.url,
  });
  await program({ Laminar, observe, behave: collector.behave });
  clock.advance(1.5);
  const report = await Laminar.flush();
  await Laminar.shutdown();
  if (!report.ok) throw new Error(`${name}: ${JSON.stringify(report)}`);
  bodies[name] = collector.requests.map(({ bytes }) =>
    bytes.toString("base64"),
  );
  await collector.close();
}
process.stdout.write(
  JSON.stringify({ bodies, webAssembly: typeof WebAssembly }),
);
