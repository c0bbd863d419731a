/** The contenders by file name; the first is ours. */
export const PEERS = [
  "ours",
  "otel-protobuf",
  "otel-json",
  "lmnr",
  "otel-cf-workers",
];
const FLOORS = ["floor-json", "floor-unavoidable"];
export const ALL = [...PEERS, ...FLOORS];
