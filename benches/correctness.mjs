// Only contenders that send the same data are timed: every contender's bytes are decoded and compared.

import assert from "node:assert/strict";
import { readBody } from "./harness/read.mjs";
import { WORKLOADS } from "./workloads.mjs";

const JSON_BODIES = new Set(["otel-json", "otel-cf-workers"]);

// The attributes that Laminar's SDKs add to every span, and the plain OpenTelemetry does not.
const ADDED = new Set([
  "lmnr.span.path",
  "lmnr.span.ids_path",
  "lmnr.span.instrumentation_source",
  "lmnr.span.sdk_version",
  "lmnr.span.language_version",
  "lmnr.span.type",
]);
// A span's own id, and who recorded it.
const OWN = new Set([
  "lmnr.span.ids_path",
  "lmnr.span.sdk_version",
  "lmnr.span.language_version",
]);
const W2_ATTRIBUTES = 20;

/** Throws unless `bodies[name]` have the same data of `workload`. Returns the bytes of a span. */
export function compare(workload, bodies, count) {
  const sizes = {};
  for (const [name, body] of Object.entries(bodies)) {
    const spans = readBody(body, { json: JSON_BODIES.has(name) });
    assert.equal(spans.length, count, `${name}: spans`);
    spans
      .sort((a, b) => order(workload, a) - order(workload, b))
      .forEach((span, i) => same(name, workload, span, WORKLOADS[workload](i)));
    sizes[name] = body.length / count;
  }
  return sizes;
}

/** Batches may come newest first. */
function order(workload, { attributes }) {
  return workload === "W1"
    ? Number(attributes["db.rows"])
    : Number(/\((\d+)\)"\}$/.exec(attributes["lmnr.span.output"])[1]);
}

function same(contender, workload, span, said) {
  const found = { ...span.attributes };
  const expected = Object.fromEntries(
    Object.entries(said.attributes).map(([key, value]) => [key, typed(value)]),
  );
  if (workload === "W1") {
    for (const key of ADDED) delete found[key];
  } else {
    assert.equal(Object.keys(found).length, W2_ATTRIBUTES, contender);
    for (const key of OWN) {
      assert.ok(found[key] !== undefined, `${contender}: ${key}`);
      delete found[key];
    }
    const association = "lmnr.association.properties.";
    Object.assign(expected, {
      "lmnr.span.path": [said.name],
      "lmnr.span.instrumentation_source": "javascript",
      "lmnr.span.type": said.spanType,
      "lmnr.span.input": JSON.stringify(said.input),
      "lmnr.span.output": JSON.stringify(said.output),
      [`${association}user_id`]: said.userId,
      [`${association}session_id`]: said.sessionId,
      [`${association}metadata.environment`]: said.metadata.environment,
      [`${association}metadata.region`]: said.metadata.region,
    });
  }
  assert.equal(span.name, said.name);
  assert.deepEqual(
    sorted(found),
    sorted(expected),
    `${contender}, ${workload}`,
  );
  const events = said.event === undefined ? [] : [said.event];
  assert.deepEqual(
    span.events.map(({ name, attributes }) => ({
      name,
      attributes: { ...attributes },
    })),
    events.map(({ name, attributes }) => ({
      name,
      attributes: Object.fromEntries(
        Object.entries(attributes).map(([key, value]) => [key, typed(value)]),
      ),
    })),
    `${contender}: events`,
  );
}

const typed = (value) => (Number.isInteger(value) ? BigInt(value) : value);
const sorted = (object) =>
  Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
