// A process of its own for one SDK.

import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The official SDK needs a newer Node than ours does, which is installed from npm. */
const NEWER_NODE = fileURLToPath(
  new URL(
    `../official/node_modules/node-${process.platform}-${process.arch}/bin/node`,
    import.meta.url,
  ),
);

/** Returns the Node for the official SDK; throws if it is not installed. */
export function newerNode() {
  if (!existsSync(NEWER_NODE))
    throw new Error("not installed: run scripts/setup.sh differential");
  return NEWER_NODE;
}

/** Starts a module in a process; `closed` resolves to what it printed. */
export function startChild(module, args, execPath) {
  const child = fork(module, args, {
    execPath,
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, LMNR_LOG_LEVEL: "silent" },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => (printed += text));
  const closed = new Promise((done) => child.on("close", () => done(printed)));
  return { child, closed };
}
