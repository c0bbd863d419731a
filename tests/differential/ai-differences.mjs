// The differences in spans of AI SDK 7; see differences.mjs.

import { attributeOf, isOneOf, spanOf } from "./support/rules.mjs";

export const aiDifferences = [
  {
    what: "the version of the AI SDK is the one that runs",
    reason:
      "It is in every event. Upstream reads the node_modules around its own file, which a bundle does not have, and says what lies there: here that of AI SDK 5.",
    holds: (d) =>
      d.program === "ai7" &&
      (attributeOf(d) === "lmnr.span.instrumentation_scope.version"
        ? /^7/.test(d.ours)
        : d.ours === undefined &&
          /^lmnr\.span\.instrumentation\.@ai-sdk\/[\w-]+\.version$/.test(
            attributeOf(d),
          )),
  },
  {
    what: "`ai.prompt` is no placeholder",
    reason:
      "Upstream writes `_` there on operations with a function id; what was asked is the input.",
    holds: (d) =>
      d.program === "ai7" &&
      attributeOf(d) === "ai.prompt" &&
      d.official === "_" &&
      d.ours === undefined,
  },
  {
    what: "an operation names its provider as the AI SDK does",
    reason:
      "Upstream `ai.model.provider` is on the calls of models alone, on an operation only the part that prices go by.",
    holds: (d) =>
      d.program === "ai7" &&
      attributeOf(d) === "ai.model.provider" &&
      d.official === undefined,
  },
  {
    what: "tokens of embeddings are counted",
    reason: "They are paid for. Upstream records none.",
    holds: (d) =>
      d.program === "ai7" &&
      /^ai\.embed/.test(spanOf(d)) &&
      isOneOf(attributeOf(d), [
        "gen_ai.usage.input_tokens",
        "llm.usage.total_tokens",
      ]) &&
      d.official === undefined,
  },
  {
    what: "a ranking is said once",
    reason: "`ai.rerank.ranking` says in the same bytes what the output says.",
    holds: (d, spans) =>
      d.program === "ai7" &&
      attributeOf(d) === "ai.rerank.ranking" &&
      d.official === spans[spanOf(d)].attributes["lmnr.span.output"],
  },
];
