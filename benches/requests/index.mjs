/** By the name of the file; how each says what it sends. */
export const WORKERS = {
  untraced: undefined,
  "bare-post": undefined,
  "ours-flush": "protobuf",
  "ours-instrument": "protobuf",
  opentelemetry: "protobuf",
  "otel-cf-workers": "json",
  sentry: "envelope",
};

export const OURS = ["ours-flush", "ours-instrument"];
