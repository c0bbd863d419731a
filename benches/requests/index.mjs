/** The format that each contender sends, by file name. */
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
