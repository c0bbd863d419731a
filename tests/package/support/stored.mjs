// The tree that Laminar's server makes of spans. It differs from the one by OpenTelemetry's parent ids: the
// server has its own rules, in its own order (app-server/src/traces/utils.rs).

import assert from "node:assert/strict";
import { uuid } from "./outline.mjs";

/** Returns the id of the parent that the server stores, as a UUID; undefined for a root. */
function storedParent({ name, spanId, parentSpanId, attributes }) {
  const path = [...(attributes["lmnr.span.path"] ?? [])];
  if (path.at(-1) !== name) path.push(name);
  // The server pairs names and ids, cut to the shorter list.
  const ids = (attributes["lmnr.span.ids_path"] ?? []).slice(0, path.length);
  const isTop = ids[0] === uuid(spanId) && path[0] === name;
  if (isTop) return undefined;
  if (ids.length > 1) return ids.at(-2);
  return parentSpanId === "" ? undefined : uuid(parentSpanId);
}

/** Asserts that each span has the parent that it was sent with, and as many names above it as ids. */
export function assertStoredAsSent(spans) {
  for (const span of spans) {
    const { name, parentSpanId, attributes } = span;
    const path = attributes["lmnr.span.path"];
    const ids = attributes["lmnr.span.ids_path"];
    assert.equal(path?.length, ids?.length, `path and ids_path of ${name}`);
    assert.equal(
      storedParent(span),
      parentSpanId === "" ? undefined : uuid(parentSpanId),
      `the parent of ${name}`,
    );
  }
}
