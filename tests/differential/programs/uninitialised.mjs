// Before initialize, calls pass through.

import { outcome } from "../support/outcome.mjs";

export const initialize = null;

export default async ({ Laminar, observe }) => {
  const found = {
    initialized: Laminar.initialized(),
    key: Laminar.getProjectApiKey(),
    url: Laminar.getHttpUrl(),
    sync: observe({ name: "nothing" }, (a) => a + 1, 1),
    async: await observe({ name: "nothing" }, async () => "value"),
    throws: outcome(() =>
      observe({ name: "nothing" }, () => {
        throw new Error("through");
      }),
    ),
  };
  const span = Laminar.startSpan({ name: "nothing", input: "x" });
  found.context = span.spanContext();
  found.recording = span.isRecording();
  for (const [method, ...args] of [
    ["setAttribute", "a", 1],
    ["setAttributes", { a: 1 }],
    ["setInput", 1],
    ["setOutput", 1],
    ["addEvent", "e"],
    ["recordException", new Error("e")],
    ["setStatus", { code: 2 }],
    ["updateName", "n"],
  ])
    found[method] = outcome(() => void span[method](...args));
  found.withSpan = Laminar.withSpan(span, () => 5, true);
  found.end = outcome(() => span.end());
  found.flush = outcome(() => void Laminar.flush());
  return found;
};
