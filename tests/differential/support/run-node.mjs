// Runs the programs on one SDK in a process of its own and collects what it sent.

import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startCollector } from "../../package/support/collector.mjs";
import { gather } from "./gather.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The official SDK needs a newer Node than ours does, which is installed from npm. */
const NEWER_NODE = here(
  `../official/node_modules/node-${process.platform}-${process.arch}/bin/node`,
);

export async function runOfficial(t) {
  if (!existsSync(NEWER_NODE))
    throw new Error("not installed: run scripts/setup.sh differential");
  // Not every span of the official SDK is stored below the parent it was sent with.
  const collector = await startCollector();
  t.after(() => collector.close());
  return run(collector, "../official/sdk.mjs", NEWER_NODE);
}

export async function runOurs(t) {
  return run(await startCollector(t), "../ours.mjs", process.execPath);
}

async function run(collector, sdk, execPath) {
  const source = new URL(sdk, import.meta.url);
  const { port } = new URL(collector.url);
  const child = fork(here("child.mjs"), [source.href, port], {
    execPath,
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, LMNR_LOG_LEVEL: "silent" },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => (said += text));
  let outcomes;
  child.on("message", (message) => (outcomes = message));
  await new Promise((done) => child.on("close", done));
  if (outcomes === undefined) throw new Error(`${sdk} failed:\n${said}`);
  return gather(collector, outcomes);
}
