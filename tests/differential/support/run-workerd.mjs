// Runs the programs on ours in workerd and collects what they sent.

import { startCollector } from "../../package/support/collector.mjs";
import { startWorker } from "../../package/support/workerd.mjs";
import { gather } from "./gather.mjs";

export async function runInWorkerd(t) {
  const collector = await startCollector(t);
  const worker = await startWorker(t, "../../differential/worker.mjs");
  const { port } = new URL(collector.url);
  return gather(collector, await worker.call("/", { port: Number(port) }));
}
