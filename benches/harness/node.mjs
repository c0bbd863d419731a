// Contenders in Node, each in a process of its own: some patch globals, and the compiler's optimisations for
// one must not affect another.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bundleForNode } from "./build.mjs";

const CHILD = fileURLToPath(new URL("node-child.mjs", import.meta.url));

export async function startNode(contender, { hold } = {}) {
  const child = fork(
    CHILD,
    [await bundleForNode(contender), hold ? "hold" : ""],
    {
      execArgv: ["--expose-gc"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: { ...process.env, LMNR_LOG_LEVEL: "error" },
    },
  );
  await answer(child);
  const ask = (action, request) => {
    const answered = answer(child);
    child.send({ action, request });
    return answered;
  };
  return {
    drive: (request) => ask("drive", request),
    memory: (request) => ask("memory", request),
    flush: (request) => ask("flush", request),
    bodies: async (request) =>
      Buffer.from(await ask("bodies", request), "base64"),
    stop: () => child.kill(),
  };
}

function answer(child) {
  return new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`a contender ended with ${code}`));
    child.once("exit", ended);
    child.once("message", ({ result, error }) => {
      child.off("exit", ended);
      if (error) reject(new Error(error));
      else resolve(result);
    });
  });
}
