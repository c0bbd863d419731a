// Runs the programs on one SDK in a process of its own and collects what it sent.

import { fileURLToPath } from "node:url";
import { startCollector } from "../../package/support/collector.mjs";
import { newerNode, startChild } from "./child-process.mjs";
import { gather } from "./gather.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export async function runOfficial(t) {
  const execPath = newerNode();
  // Not every span of the official SDK is stored below the parent it was sent with.
  const collector = await startCollector();
  t.after(() => collector.close());
  return run(collector, "../official/sdk.mjs", execPath);
}

export async function runOurs(t) {
  return run(await startCollector(t), "../ours.mjs", process.execPath);
}

async function run(collector, sdk, execPath) {
  const source = new URL(sdk, import.meta.url);
  const { port } = new URL(collector.url);
  const args = [source.href, port];
  const { child, closed } = startChild(here("child.mjs"), args, execPath);
  let outcomes;
  child.on("message", (message) => (outcomes = message));
  const printed = await closed;
  if (outcomes === undefined) throw new Error(`${sdk} failed:\n${printed}`);
  return gather(collector, outcomes);
}
