// Every intended difference to the official SDK, with its reason. Any other difference is a defect of ours.
// `holds` gets one differing leaf: `{ program, path, official, ours }`, where a missing side is undefined, and
// the program's spans on the official SDK. A rule that matches nothing fails the suite, so that outdated ones
// are removed.

import { aiDifferences } from "./ai-differences.mjs";
import { streamDifferences } from "./stream-differences.mjs";
import {
  areaOf,
  attributeOf,
  isOneOf,
  json,
  sameAs,
  spanOf,
} from "./support/rules.mjs";

const ASSOCIATION = "lmnr.association.properties.";
const MARK = "[REDACTED_SECRET]";

export const differences = [
  {
    what: "names and versions",
    reason:
      "Another package on another runtime. The server discards resource and scope, and only stores the two version attributes.",
    holds: (d) =>
      ["resource", "scope"].includes(areaOf(d)) ||
      isOneOf(attributeOf(d), [
        "lmnr.span.sdk_version",
        "lmnr.span.language_version",
      ]),
  },
  {
    what: "the default tracing level is left unsaid",
    reason:
      "The server takes a span without a level for `all`; the official SDK says so on every span but roots, at a cost for each.",
    holds: (d) =>
      isOneOf(attributeOf(d), [
        "lmnr.internal.tracing_level",
        `${ASSOCIATION}tracing_level`,
      ]) &&
      d.official === "all" &&
      d.ours === undefined,
  },
  {
    what: "nor is it in a span context",
    reason:
      "A context without a level means `all` to every reader. `debug` is of the debugger, which needs a process; being undefined it never reaches the text.",
    holds: ({ program, path, official, ours }) => {
      if (program !== "span-context") return false;
      if (path.at(-1) === "tracingLevel")
        return official === "all" && ours === "undefined";
      if (path.at(-1) === "debug") return official === "undefined";
      return (
        path.at(-1) === "text" &&
        official === ours.replace(/}$/, ',"tracingLevel":"all"}')
      );
    },
  },
  {
    what: "the level is kept here",
    reason:
      "OFF and META_ONLY are promises of privacy: the official SDK exports everything and leaves it to the server to forget.",
    holds: ({ program, path, ours }) =>
      program === "tracing-level" &&
      ours === undefined &&
      (/ off$/.test(path[1]) ||
        (/ meta_only$/.test(path[1]) && /put$/.test(path[3]))),
  },
  {
    what: "the level of a span that was started, not observed",
    reason:
      "The official SDK forgets the level on spans of startSpan; the server needs it on each to honour it.",
    holds: (d) =>
      d.program === "tracing-level" &&
      d.official === undefined &&
      d.ours === "meta_only",
  },
  {
    what: "an error is also the status ERROR",
    reason:
      "Laminar looks at the `exception` event alone, everybody else who speaks OpenTelemetry at the status; the official SDK leaves it unset.",
    holds: (d, spans) =>
      areaOf(d) === "status" &&
      failed(d.program, spans[spanOf(d)]) &&
      (d.path[3] === "code"
        ? d.official === "double 0" && d.ours === "double 2"
        : d.official === ""),
  },
  {
    what: "whatever is thrown makes an exception event",
    reason:
      "The event is how Laminar knows that a span failed. OpenTelemetry writes none for null, undefined, numbers, an empty string or an object without name and message.",
    holds: (d) =>
      areaOf(d) === "events" &&
      json(d.official) === "[]" &&
      d.ours.length === 1 &&
      d.ours[0].name === "exception",
  },
  {
    what: "event attributes without a value are left out",
    reason:
      "The official SDK sends the key with nothing in it, unlike on spans; receivers disagree about what that means.",
    holds: (d) =>
      d.program === "events" &&
      areaOf(d) === "events" &&
      json(d.official).replace(',"null":null,"undefined":null', "") ===
        json(d.ours),
  },
  {
    what: "bigints and bytes are attribute values",
    reason: "OTLP carries both; the official SDK drops them.",
    holds: (d) =>
      d.program === "attributes" &&
      / (bigint|bytes)$/.test(spanOf(d)) &&
      d.official === undefined,
  },
  {
    what: "secrets are replaced",
    reason:
      "Nobody wants a key in a trace, and the server redacts inputs and outputs only, where it does at all. `redact: false` sends them as the official SDK does.",
    holds: (d) =>
      d.program === "secrets" &&
      (attributeOf(d) === "laminar.redacted" ||
        json(d.official ?? "")
          .replaceAll("ghp_aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5", MARK)
          .replaceAll(/"x"|\\"x\\"/g, (quoted) => quoted.replace("x", MARK)) ===
          json(d.ours)),
  },
  {
    what: "more attributes",
    reason:
      "After 128 attributes the official SDK drops the rest, its own output among it. Here 1,024 fit, and Laminar's own are not counted.",
    holds: (d) =>
      d.program === "many-attributes" && spanOf(d) === "many attributes",
  },
  {
    what: "cycles and bigints never throw",
    reason:
      "Recording must not break the caller: upstream, startSpan, setInput, setOutput and metadata throw, and the span is gone.",
    holds: (d) =>
      isOneOf(d.program, ["start-span-inputs", "metadata-unusual"]) &&
      /bigint|cycle/.test(spanOf(d) ?? d.path.at(-1)) &&
      (d.official === undefined || d.official === "threw TypeError"),
  },
  {
    what: "bigints in inputs and outputs are text",
    reason: "Upstream a bigint anywhere in a value loses the whole value.",
    holds: (d) =>
      isOneOf(d.program, ["observe-inputs", "observe-outputs"]) &&
      /bigint/.test(spanOf(d)) &&
      d.official === undefined,
  },
  {
    what: "toJSON counts wherever it is defined",
    reason:
      "Upstream, observe writes a Date or URL as {} and ignores the toJSON of classes, though its own startSpan honours both.",
    holds: (d) =>
      isInputOrOutput(d) &&
      isOneOf(d.program, [
        "observe-inputs",
        "observe-outputs",
        "observe-options",
        "misuse",
      ]) &&
      /date|url|instance|prototype toJSON/.test(spanOf(d)),
  },
  {
    what: "only cycles are circular",
    reason:
      "Upstream an object that occurs twice is taken for a cycle, and an array that contains itself loses the input.",
    holds: (d) =>
      d.program === "observe-inputs" &&
      isOneOf(spanOf(d), ["shared object", "self-containing array"]),
  },
  {
    what: "a Map is its entries everywhere",
    reason:
      "Upstream that holds in observe; startSpan, setInput, setOutput and metadata write {}.",
    holds: (d) =>
      /map/.test(spanOf(d)) && /\{\}/.test(d.official) && /\[\[/.test(d.ours),
  },
  {
    what: "startSpan's own options win",
    reason:
      "Documented order: global, around, parent, option. Upstream the processor writes what is around over the span's own options.",
    holds: (d) =>
      isOneOf(spanOf(d), ["started with own", "own grandchild"]) &&
      d.ours === "own",
  },
  {
    what: "children of an ended span keep its path",
    reason:
      "Upstream drops the path when a span ends: its later children have ids of two generations and names of one.",
    holds: (d) =>
      isOneOf(spanOf(d), [
        "late child",
        "observed child",
        "started child",
        "below the middle",
      ]) &&
      isOneOf(attributeOf(d), ["lmnr.span.path", "lmnr.span.ids_path"]) &&
      d.ours.length > d.official.length,
  },
  {
    what: "the SDK's notes to itself",
    reason:
      "parent_path and parent_ids_path are how the official SDK hands the parent's path to its own processor; nobody else reads them.",
    holds: (d) =>
      isOneOf(attributeOf(d), [
        "lmnr.span.parent_path",
        "lmnr.span.parent_ids_path",
      ]) && d.ours === undefined,
  },
  {
    what: "more spellings of a parent",
    reason:
      "Ids without dashes or in upper case, and a W3C traceparent, mean here what the official spelling means there; upstream they begin a new trace.",
    holds: (d, spans) =>
      sameAs(d, spans, /hex ids|upper case ids/, "full") ||
      sameAs(d, spans, /traceparent/, "minimal"),
  },
  {
    what: "the Python SDK's context as an object",
    reason:
      "Upstream reads snake case from text only: given as an object it keeps the ids and loses path, session, user and type. Here both mean what the text means.",
    holds: (d, spans) => sameAs(d, spans, /snake$/, "snake text"),
  },
  {
    what: "a parent without a path has its first child's name",
    reason:
      "The server takes names and ids in pairs. Upstream there is an id for the parent and no name, and everything below hangs one generation too high.",
    holds: (d) =>
      attributeOf(d) === "lmnr.span.path" &&
      Array.isArray(d.ours) &&
      d.ours[0] === d.ours[1] &&
      json(d.ours.slice(1)) === json(d.official),
  },
  {
    what: "requests and responses are told by what they are",
    reason:
      "Method, URL without query, and status; upstream they are {}. An environment, its bindings and a context are recorded by their keys, upstream with their secrets: no program here can be given one.",
    holds: (d) =>
      d.program === "observe-inputs" &&
      isOneOf(spanOf(d), ["request", "response"]) &&
      attributeOf(d) === "lmnr.span.input",
  },
  {
    what: "half a path is none",
    reason:
      "The server re-parents by the ids and names by the path; a path without ids would name the wrong spans.",
    holds: (d) =>
      / path without ids$/.test(spanOf(d)) &&
      attributeOf(d) === "lmnr.span.path",
  },
  {
    what: "a root of its own inherits nothing",
    reason:
      "`root: true` leaves the trace, and with it the trace's session, user and type.",
    holds: (d) =>
      d.program === "tracer" &&
      spanOf(d) === "root of its own" &&
      d.ours === undefined,
  },
  {
    what: "a quarter of a microsecond",
    reason:
      "Times are milliseconds in a double, as every clock of a JavaScript host gives them; given nanoseconds are rounded.",
    holds: ({ program, path, official, ours }) =>
      program === "times" &&
      path[1] === "pair" &&
      isOneOf(path[2], ["start", "end"]) &&
      Math.abs(Number(official.slice(4)) - Number(ours.slice(4))) < 250,
  },
  {
    what: "options of the wrong type are text, or left out",
    reason:
      "The server reads session, user, type and tags as text and ignores numbers, which upstream sends; text in the place of tags or metadata is letters there and nothing here.",
    holds: (d) =>
      d.program === "odd-options" &&
      (/(metadata|tags) text$/.test(spanOf(d))
        ? d.ours === undefined
        : / number|of numbers$/.test(spanOf(d)) &&
          d.official !== undefined &&
          json(d.ours) === json(d.official).replace(/"int (\d)"/g, '"$1"')),
  },
  {
    what: "misuse is a TypeError",
    reason: "It is one, and a TypeError is an Error.",
    holds: (d) => d.official === "threw Error" && d.ours === "threw TypeError",
  },
  ...aiDifferences,
  ...streamDifferences,
];

function isInputOrOutput(d) {
  return isOneOf(attributeOf(d), ["lmnr.span.input", "lmnr.span.output"]);
}

// For some thrown values the official SDK writes no event.
function failed(program, span) {
  return (
    isOneOf(program, ["observe-errors", "ai7"]) ||
    span.events.some(({ name }) => name === "exception")
  );
}
