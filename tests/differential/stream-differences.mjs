// The differences where a result is followed: streams, responses, thenables; see differences.mjs.

import { attributeOf, isOneOf, json, spanOf } from "./support/rules.mjs";

const THENABLE = "thenable in withSpan";

export const streamDifferences = [
  {
    what: "thenables are awaited",
    reason:
      "Upstream awaits native promises only: the span of a database query that is a thenable ends before the query begins, with {} for its output.",
    holds: (d) =>
      d.program === "thenables" &&
      d.official === "{}" &&
      attributeOf(d) === "lmnr.span.output",
  },
  {
    what: "a stream that was cut says so",
    reason:
      "A chat that the user closed is not a short answer; upstream nothing tells the two apart.",
    holds: (d) =>
      d.program === "streams-cut" &&
      attributeOf(d) === "laminar.incomplete" &&
      d.ours === true,
  },
  {
    what: "a stream that fails ends its span before its reader knows",
    reason:
      "Upstream it ends after what the reader does next, so the span is longer than the stream was.",
    holds: (d) =>
      d.program === "streams-cut" &&
      d.path[0] === "order" &&
      json(without(d.official, "erroring")) ===
        json(without(d.ours, "erroring")),
  },
  {
    what: "a thenable that nobody awaits is waited for",
    reason:
      "Only the caller's `then` may begin what it stands for. A flush waits for it as for a stream, then the span ends as incomplete; upstream it ends at once.",
    holds: (d) =>
      d.program === "thenables" &&
      (d.path[0] === "order"
        ? d.ours.at(-1) === THENABLE &&
          json(without(d.official, THENABLE)) ===
            json(without(d.ours, THENABLE))
        : spanOf(d) === THENABLE &&
          attributeOf(d) === "laminar.incomplete" &&
          d.ours === true),
  },
  {
    what: "a response that cannot be followed is its status",
    reason:
      "One without a body has nothing to follow; in workerd one of a known length is handed on as it is, or it would lose it.",
    holds: (d) =>
      isOneOf(d.program, ["streams", "streams-cut"]) &&
      / ?response$/.test(spanOf(d)) &&
      attributeOf(d) === "lmnr.span.output" &&
      /^\{"status":\d+\}$/.test(d.ours),
  },
  {
    what: "synchronous generators are followed",
    reason:
      "Upstream ends their span before they begin, with {} for an output.",
    holds: (d) => spanOf(d) === "sync generator" && d.official === "{}",
  },
];

function without(keys, key) {
  return keys.filter((each) => each !== key);
}
