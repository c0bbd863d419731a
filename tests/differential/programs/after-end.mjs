// Calls after the end of a span change nothing.

import { outcome } from "../support/outcome.mjs";

export default async ({ Laminar }) => {
  const span = Laminar.startSpan({ name: "ended", input: "first" });
  span.setAttribute("kept", 1);
  span.end();
  const found = {};
  for (const [method, ...args] of [
    ["end"],
    ["setAttribute", "late", 1],
    ["setAttributes", { kept: 2, late: 2 }],
    ["setInput", "late"],
    ["setOutput", "late"],
    ["addEvent", "late"],
    ["recordException", new Error("late")],
    ["setStatus", { code: 2, message: "late" }],
    ["updateName", "late"],
  ])
    found[method] = outcome(() => void span[method](...args));
  return found;
};
