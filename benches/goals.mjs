// The goals of this SDK, and whether the last run met them.

const at = (results, place, step) => results[`recording in ${place}`][step];

/** Returns our figure divided by that of `peer`: the median of the rounds' ratios. */
const over = (step, peer) => step[peer].ratio.median;

/** Returns our cost divided by another's, both without that of the bare post. */
const overPost = (figures, ours, theirs) =>
  figures[ours].overPost.median / figures[theirs].overPost.median;
const PLACES = ["Node", "workerd"];

/** Returns `{ goal, what, measured, limit, met }[]`; a goal is met if its figure is at most its limit. */
export function goals(results) {
  const list = [];
  const add = (goal, what, measured, limit, unit = "x") =>
    list.push({ goal, what, measured, limit, unit, met: measured <= limit });
  const both = (goal, what, step, peer, limits) =>
    PLACES.forEach((place, i) =>
      add(
        goal,
        `${what}, ${place}`,
        over(at(results, place, step), peer),
        limits[i],
      ),
    );

  const { warm, cold: firstRequests } = results["cost of a request"];
  const flushed = "a request over the bare post, by flush";
  add(
    "R1",
    `${flushed}, over OpenTelemetry`,
    overPost(warm, "ours-flush", "opentelemetry"),
    0.8,
  );
  add(
    "R1",
    `${flushed}, over Sentry`,
    overPost(warm, "ours-flush", "sentry"),
    0.3,
  );
  add(
    "R2",
    "the same by instrument, over flush by hand",
    overPost(warm, "ours-instrument", "ours-flush"),
    1.1,
  );
  add(
    "R3",
    "the first request of a Worker, cold, over OpenTelemetry",
    overPost(firstRequests, "ours-flush", "opentelemetry"),
    0.45,
  );
  add(
    "R4",
    "a streamed answer over a span beside the stream, workerd",
    over(at(results, "workerd", "streamed"), "otel-protobuf"),
    2,
  );
  add(
    "R5",
    "one span and its flush over OpenTelemetry, wall time, workerd",
    over(results["requests in workerd"][1], "otel-protobuf"),
    1,
  );
  both(
    "G1",
    "W1 over OpenTelemetry protobuf",
    "W1 full",
    "otel-protobuf",
    [0.18, 0.25],
  );
  both("G1", "W1 over lmnr", "W1 full", "lmnr", [0.12, 0.12]);
  both(
    "G2",
    "W2 over OpenTelemetry protobuf",
    "W2 full",
    "otel-protobuf",
    [0.25, 0.2],
  );
  both("G2", "W2 over lmnr", "W2 full", "lmnr", [0.2, 0.15]);
  both(
    "G2",
    "W2 over OpenTelemetry JSON",
    "W2 full",
    "otel-json",
    [0.35, 0.35],
  );
  both(
    "G3",
    "W2U over OpenTelemetry protobuf",
    "W2U full",
    "otel-protobuf",
    [0.36, 0.26],
  );
  both(
    "G4",
    "W1, encoding included, over OpenTelemetry without",
    "W1 rec",
    "otel-protobuf",
    [0.5, 0.7],
  );
  both(
    "G4",
    "W2, encoding included, over OpenTelemetry without",
    "W2 rec",
    "otel-protobuf",
    [0.95, 0.95],
  );
  both(
    "G5",
    "W2 over the unavoidable",
    "W2 full",
    "floor-unavoidable",
    [1.5, 2],
  );
  both("G5", "W1 over JSON.stringify", "W1 full", "floor-json", [1, 1]);
  both("G5", "W2 over JSON.stringify", "W2 full", "floor-json", [1, 1]);

  const flush = results["flush in Node"];
  for (const [spans, limit] of [
    [100, 10],
    [1000, 50],
    [10_000, 200],
  ])
    add(
      "G7",
      `flush of ${spans} spans, Node`,
      flush[spans].ours.median,
      limit,
      "µs",
    );
  add(
    "G7",
    "flush of 10,000 spans with fetch's copy, over OpenTelemetry, Node",
    over(flush["10000 with the copy"], "otel-protobuf"),
    1 / 30,
  );

  const kept = results["retained bytes"];
  const wire = results["bytes of a span"];
  for (const [workload, limit] of [
    ["W1", 0.33],
    ["W2", 0.82],
  ]) {
    add(
      "G8",
      `retained for ${workload}, over OpenTelemetry, Node`,
      over(kept[workload], "otel-protobuf"),
      limit,
    );
    add(
      "G8",
      `retained for ${workload}, over its bytes on the wire, Node`,
      kept[workload].ours.median / wire[workload].ours,
      1.05,
    );
  }

  add(
    "G9",
    "W2, 10,240 spans buffered over 512, Node",
    results["growth in Node"].ours.growth.median,
    1.25,
  );
  add(
    "G10",
    "a Worker's bundle, gzip",
    results["a Worker's bundle"].ours.gzip / 1024,
    40,
    "KiB",
  );

  const start = results["start of workerd"];
  const response = start["first response"];
  const span = start["first span"];
  add(
    "G11",
    "first response, over an empty Worker's",
    response.ours.median,
    3,
    "ms",
  );
  add(
    "G11",
    "the same over OpenTelemetry's",
    over(response, "otel-protobuf"),
    0.35,
  );
  add("G11", "the same over lmnr's", over(response, "lmnr"), 0.02);
  const cold = (name) => span[name].median - response[name].median;
  add(
    "G11",
    "first span and its encoding, over OpenTelemetry's",
    cold("ours") / cold("otel-protobuf"),
    0.5,
  );
  add(
    "G12",
    "observe() three deep over lmnr, workerd",
    over(at(results, "workerd", "nested"), "lmnr"),
    0.3,
  );
  return list;
}
