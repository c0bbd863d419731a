// The sinks accept Cloudflare's own types.

import { Laminar } from "laminar-edge";
import type { DrainReport, SpillSink } from "laminar-edge";
import {
  durableObjectSpill,
  kvSpill,
  queueBatchSpill,
  queueSpill,
  r2Spill,
} from "laminar-edge/spill";

declare const kv: KVNamespace;
declare const bucket: R2Bucket;
declare const queue: Queue;
declare const batch: MessageBatch;
declare const state: DurableObjectState;

const sinks: SpillSink[] = [
  kvSpill(kv),
  kvSpill(kv, { prefix: "spans/" }),
  r2Spill(bucket, { claimMillis: 60_000 }),
  queueSpill(queue),
  durableObjectSpill(state.storage),
  { put: async (bytes: Uint8Array) => bytes.length },
];
for (const spill of sinks) Laminar.initialize({ spill });

const report: Promise<DrainReport> = Laminar.drainSpill(queueBatchSpill(batch));
void report.then(({ delivered, kept, error }) =>
  error === undefined ? delivered : `${kept}: ${error.code}`,
);
void Laminar.drainSpill();
// @ts-expect-error: a sink must have `put`.
Laminar.initialize({ spill: {} });
