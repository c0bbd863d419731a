// Only contenders that send five spans with the LLM call's input and output are timed.

import assert from "node:assert/strict";
import { readBody } from "../harness/read.mjs";
import { OUTPUT, SYSTEM } from "../workloads.mjs";
import { MODEL_ATTRIBUTES, SPANS } from "./agent.mjs";

/** Throws unless `body`, in this format, has the spans of a request of the agent. */
export function checkBody(name, body, format) {
  const spans =
    format === "envelope"
      ? readEnvelope(body)
      : readBody(body, { json: format === "json" });
  assert.equal(spans.length, SPANS.length, `${name}: spans`);
  const names = spans.map((span) => span.name);
  for (const step of SPANS.slice(1))
    assert.ok(names.includes(step), `${name}: ${step} in ${names}`);
  const { attributes } = spans.find((span) => span.name === "chat");
  for (const [key, value] of Object.entries(MODEL_ATTRIBUTES))
    assert.equal(String(attributes[key]), String(value), `${name}: ${key}`);
  assert.ok(attributes["lmnr.span.input"].includes(SYSTEM), name);
  assert.ok(attributes["lmnr.span.output"].includes(OUTPUT), name);
}

/** Sentry's format: lines of JSON, of which the last has the spans. */
function readEnvelope(body) {
  const { items } = JSON.parse(body.toString().trim().split("\n").at(-1));
  return items.map(({ name, attributes }) => ({
    name,
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([key, { value }]) => [key, value]),
    ),
  }));
}
