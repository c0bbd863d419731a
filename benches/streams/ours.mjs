// The common part of the programs with this SDK: no background export runs, and a flush gets its answer at
// once.

import { Laminar } from "laminar-edge";

export const INITIALIZE = {
  projectApiKey: "key",
  baseUrl: "http://127.0.0.1:9",
  maxQueueSize: 20_000,
  scheduledDelayMillis: 3_600_000,
  fetch: async () => new Response(null, { status: 200 }),
};

export const start = () => Laminar.initialize(INITIALIZE);

export async function finish() {
  const report = await Laminar.flush();
  if (!report.ok) throw new Error(JSON.stringify(report));
}
