// Options in, reports and figures out.

import {
  Laminar,
  type DropReason,
  type Dropped,
  type FlushError,
  type FlushReport,
  type InitializeOptions,
  type LaminarApi,
  type ObserveOptions,
  type SpanOptions,
  type SpanType,
  type StartSpanOptions,
  type Stats,
} from "laminar-edge";
import { Laminar as inBrowser } from "laminar-edge/browser";
import { Laminar as inNode } from "laminar-edge/node";
import { Laminar as inWorkerd } from "laminar-edge/workerd";
import { assertType, type Equals } from "./equals.js";

assertType<Equals<typeof Laminar, Readonly<LaminarApi>>>();
assertType<Equals<typeof inBrowser, typeof Laminar>>();
assertType<Equals<typeof inNode, typeof Laminar>>();
assertType<Equals<typeof inWorkerd, typeof Laminar>>();

Laminar.initialize();
Laminar.initialize({});
const options: InitializeOptions = {
  projectApiKey: "key",
  baseUrl: "http://localhost:4318/base",
  httpPort: 4318,
  metadata: { environment: "test" },
  traceExportTimeoutMillis: 5_000,
  maxExportBatchSize: 100,
  maxExportBatchSizeBytes: 1 << 20,
  maxQueueBytes: 4 << 20,
  maxQueueSize: 1_000,
  redelivery: "at-most-once",
};
assertType<Equals<ReturnType<typeof Laminar.initialize>, void>>();
Laminar.initialize(options);
assertType<Equals<ReturnType<typeof Laminar.initialized>, boolean>>();
assertType<Equals<ReturnType<typeof Laminar.getHttpUrl>, string | undefined>>();
assertType<
  Equals<ReturnType<typeof Laminar.getProjectApiKey>, string | undefined>
>();

for (const flush of [Laminar.flush, Laminar.forceFlush, Laminar.shutdown]) {
  assertType<Equals<typeof flush, () => Promise<FlushReport>>>();
}

export async function summary(): Promise<string> {
  const report = await Laminar.flush();
  if (report.ok) return `${report.exported} in ${report.attempts}`;
  const { evicted = 0 } = report.dropped;
  return `${explain(report.error)}, ${evicted + report.pending} left`;
}

/** Every code has a line, so that a new one does not compile. */
function explain(error: FlushError | undefined): string {
  if (error === undefined) return "no error";
  switch (error.code) {
    case "network":
    case "timeout":
    case "unavailable":
    case "server_error":
      return `later: ${error.message}`;
    case "unauthorized":
    case "payload_too_large":
    case "partial_success":
    case "refused":
      return `never: ${error.status ?? 0}`;
    case "spill":
    case "shutdown":
      return error.code;
    default:
      return error.code satisfies never;
  }
}

const stats: Stats = Laminar.stats();
const dropped: Dropped = stats.dropped;
const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
const accounted: number =
  stats.buffered +
  stats.inFlight +
  stats.spilled +
  stats.handed +
  stats.exported +
  stats.rejected +
  lost;
void [accounted, stats.redelivered, stats.unconfirmed];

assertType<Equals<keyof Dropped, DropReason>>();
assertType<
  Equals<
    DropReason,
    | "evicted"
    | "queue_full"
    | "span_too_large"
    | "payload_too_large"
    | "unconfirmed"
    | "shutdown"
    | "malformed"
    | "trap"
  >
>();
assertType<Equals<StartSpanOptions["spanType"], ObserveOptions["spanType"]>>();
assertType<Equals<SpanOptions["spanType"], SpanType | undefined>>();

// @ts-expect-error: a key is a string.
Laminar.initialize({ projectApiKey: 5 });
// @ts-expect-error: no such option.
Laminar.initialize({ projectAPIKey: "key" });
// @ts-expect-error: one of two.
Laminar.initialize({ redelivery: "exactly-once" });
// @ts-expect-error: no such reason.
void stats.dropped.lost;
// @ts-expect-error: a report is a promise.
void Laminar.flush().ok;
// @ts-expect-error: an error may be absent.
void (await Laminar.flush()).error.code;
// @ts-expect-error: the properties are read-only.
Laminar.flush = async () => await Laminar.forceFlush();
// @ts-expect-error: it is no class.
new Laminar();
