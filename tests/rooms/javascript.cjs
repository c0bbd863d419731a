// The rooms of pkg/lib in layers, for dependency-cruiser: a room imports only rooms before it in this list, so
// neither files nor rooms can form a circle. `make check` runs it.

const LAYERS = [
  "host", // what the surroundings offer
  "values", // user values made safe, keys, ids
  "context", // the active span, traces in and out, time
  "options", // what initialize understood and what is in force
  "core", // the instance of the core and its successor
  "record", // an ended span on its way into the core
  "streams", // results that arrive over time
  "delivery", // a flush
  "span", // the span that a user holds
  "observe", // the public calls
  "page", // what only pages have
  "runtime", // what the entries assemble
  "otel", // a Tracer as OpenTelemetry describes it
  "ai", // the AI SDK
  "instrument", // handlers and classes
  "llm", // LLM calls
  "spill", // stores for what cannot be delivered
  "tail", // Tail Workers: what is handed to them, and their side
];

const room = (names) => `^pkg/lib/(${names.join("|")})/`;

module.exports = {
  forbidden: [
    {
      name: "no-circle",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "every-file-has-a-room",
      severity: "error",
      from: {},
      to: {
        path: "^pkg/lib/",
        pathNot: [room(LAYERS), "^pkg/lib/index\\.js$"],
      },
    },
    ...LAYERS.slice(0, -1).map((name, at) => ({
      name: `${name}-imports-only-rooms-before-it`,
      severity: "error",
      from: { path: room([name]) },
      to: { path: room(LAYERS.slice(at + 1)) },
    })),
  ],
  options: { doNotFollow: { path: "node_modules" } },
};
