// Starts real workerd and measures it from outside: by the clock, and by the CPU time of its threads from the
// kernel.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import workerd from "workerd";

/** `collector` is the URL to which the Worker sends. */
export async function startWorkerd({ folder, files }, { collector = "" } = {}) {
  const config = join(folder, "config.capnp");
  writeFileSync(config, configOf(files, collector));
  const began = process.hrtime.bigint();
  const child = spawn(
    workerd.default ?? workerd,
    ["serve", "--control-fd=3", config],
    { stdio: ["ignore", "ignore", "pipe", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  const [line] = await once(child.stdio[3], "data");
  const { port } = JSON.parse(String(line).split("\n")[0]);
  const url = `http://localhost:${port}/`;
  const ask = async (request) => {
    const response = await fetch(`${url}?${new URLSearchParams(request)}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${text}\n${said}`);
    return text;
  };
  return {
    began,
    ask,
    /** CPU time of all its threads since it was started. */
    cpuNs: () => cpuNs(child.pid),
    async drive(request) {
      const cpu = cpuNs(child.pid);
      const began = process.hrtime.bigint();
      await ask(request);
      return {
        wallNs: Number(process.hrtime.bigint() - began),
        cpuNs: cpuNs(child.pid) - cpu,
      };
    },
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function cpuNs(pid) {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => {
    const [ns] = readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ");
    return sum + Number(ns);
  }, 0);
}

function configOf(files, collector) {
  const modules = files.map((file) => {
    const kind = file.endsWith(".wasm") ? "wasm" : "esModule";
    const name = file.endsWith(".wasm") ? `./${file}` : file;
    return `(name = "${name.replace("./", "")}", ${kind} = embed "${file}")`;
  });
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "network", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [${modules.join(", ")}],
  compatibilityDate = "2026-10-01",
  globalOutbound = "network",
  bindings = [(name = "COLLECTOR", text = "${collector}")],
);
`;
}
