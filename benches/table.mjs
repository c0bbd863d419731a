// The tables of the console and of README.md.

const NAMES = {
  ours: "laminar-edge",
  "otel-protobuf": "OTel, protobuf",
  "otel-json": "OTel, JSON",
  lmnr: "lmnr",
  "otel-cf-workers": "otel-cf-workers",
  "floor-json": "JSON.stringify",
  "floor-unavoidable": "unavoidable",
};

export const nameOf = (contender) => NAMES[contender];

export function table(rows) {
  const widths = rows[0].map((_, i) =>
    Math.max(...rows.map((row) => row[i].length)),
  );
  const line = (row) =>
    `| ${row.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join(" | ")} |`;
  const rule = widths.map((width, i) =>
    i ? `${"-".repeat(width - 1)}:` : "-".repeat(width),
  );
  return [line(rows[0]), line(rule), ...rows.slice(1).map(line)].join("\n");
}

export const short = (value) =>
  value >= 100
    ? String(Math.round(value))
    : Number(value.toPrecision(2)).toString();

const figure = ({ median, min, max }) =>
  `${short(median)} (${short(min)}–${short(max)})`;

// The columns of Workers whose whole requests are measured.
const WORKER_NAMES = {
  untraced: "untraced",
  "bare-post": "a bare post",
  "ours-flush": "laminar-edge, flush",
  "ours-instrument": "laminar-edge, instrument",
  opentelemetry: "OpenTelemetry JS",
  "otel-cf-workers": "otel-cf-workers",
  sentry: "@sentry/cloudflare",
};

export const workerNameOf = (worker) => WORKER_NAMES[worker] ?? worker;

/** The whole of a request's telemetry, warm and cold. */
export function requestTable({ warm, cold }) {
  const cell = (found) => (found === undefined ? "" : figure(found));
  return table([
    [
      "workerd: CPU of a request with 5 spans",
      "µs over untraced",
      "µs over a bare post",
      "cold: ms over untraced",
    ],
    ...Object.keys(warm)
      .filter((name) => name !== "untraced")
      .map((name) => [
        workerNameOf(name),
        figure(warm[name].over),
        name === "bare-post" ? "" : cell(warm[name].overPost),
        cell(cold?.[name].over),
      ]),
  ]);
}

function byContender(title, steps, cell) {
  const contenders = Object.keys(Object.values(steps)[0]);
  return table([
    [title, ...contenders.map(nameOf)],
    ...Object.entries(steps).map(([step, found]) => [
      step,
      ...contenders.map((name) =>
        found[name] === undefined ? "" : cell(found[name]),
      ),
    ]),
  ]);
}

export function overview(results) {
  const parts = [];
  for (const place of ["Node", "workerd"])
    parts.push(
      byContender(
        `${place}: CPU ns a span`,
        results[`recording in ${place}`],
        figure,
      ),
    );
  parts.push(
    byContender(
      "workerd: a whole request, µs, by spans",
      results["requests in workerd"],
      figure,
    ),
    byContender(
      "workerd: ms over an empty Worker",
      results["start of workerd"],
      figure,
    ),
    byContender("Node: flush, µs, by spans", results["flush in Node"], figure),
    byContender(
      "Node: bytes kept for a span",
      results["retained bytes"],
      figure,
    ),
    byContender("bytes of a span", results["bytes of a span"], short),
    byContender(
      "a Worker's bundle, KiB",
      {
        raw: picked(results, "raw"),
        gzip: picked(results, "gzip"),
        brotli: picked(results, "brotli"),
      },
      short,
    ),
    table([
      ["Node: W2 by spans buffered", "512, ns", "10,240, ns", "growth"],
      ...Object.entries(results["growth in Node"]).map(
        ([name, { few, many, growth }]) => [
          nameOf(name),
          figure(few),
          figure(many),
          figure(growth),
        ],
      ),
    ]),
    table([
      ["the core on the host", "instructions a span", "allocations a span"],
      ...Object.entries(results["the core, counted"]).map(
        ([workload, found]) => [
          workload,
          short(found.instructions),
          short(found.allocations),
        ],
      ),
    ]),
  );
  return parts.join("\n\n");
}

const picked = (results, kind) =>
  Object.fromEntries(
    Object.entries(results["a Worker's bundle"]).map(([name, size]) => [
      name,
      size[kind] / 1024,
    ]),
  );

export function goalTable(goals) {
  return table([
    ["goal", "what", "at most", "measured", "met"],
    ...goals.map(({ goal, what, measured, limit, unit, met }) => [
      goal,
      what,
      `${short(limit)} ${unit}`,
      `${short(measured)} ${unit}`,
      met ? "yes" : "no",
    ]),
  ]);
}
