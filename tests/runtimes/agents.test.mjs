// Cloudflare's `agents` in workerd, built by wrangler: an instrumented Agent does what a plain one does.

import assert from "node:assert/strict";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Log, LogLevel, Miniflare } from "miniflare";
import { startCollector } from "../package/support/collector.mjs";
import { freshFolder } from "./support/package.mjs";
import { runProgram } from "./support/program.mjs";
import { COMPATIBILITY_DATE, QUIET, WRANGLER } from "./support/wrangler.mjs";

const AGENTS = fileURLToPath(new URL("node_modules/agents", import.meta.url));
const FLAGS = ["nodejs_compat"];
const folder = await freshFolder(["agents"]);

async function start(t) {
  const collector = await startCollector(t);
  await mkdir(join(folder, "node_modules"), { recursive: true });
  await symlink(AGENTS, join(folder, "node_modules", "agents"));
  const configuration = {
    name: "app",
    main: "agents/index.js",
    compatibility_date: COMPATIBILITY_DATE,
    compatibility_flags: FLAGS,
  };
  const path = join(folder, "wrangler.json");
  await writeFile(path, JSON.stringify(configuration));
  const args = [WRANGLER, "deploy", "--dry-run", "--outdir=dist"];
  await runProgram(t, process.execPath, args, { cwd: folder, env: QUIET });
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    log: new Log(LogLevel.NONE),
    handleRuntimeStdio() {},
    modules: await modulesOf(join(folder, "dist")),
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: FLAGS,
    bindings: { LMNR_PROJECT_API_KEY: "key", LMNR_BASE_URL: collector.url },
    durableObjects: {
      Plain: { className: "Plain", useSQLite: true },
      Instrumented: { className: "Instrumented", useSQLite: true },
    },
  });
  t.after(() => miniflare.dispose());
  await miniflare.ready;
  return { collector, miniflare };
}

async function modulesOf(dist) {
  const names = await readdir(dist);
  const module = async (type, path) => ({
    type,
    path,
    contents: await readFile(join(dist, path)),
  });
  return Promise.all([
    module("ESModule", "index.js"),
    ...names
      .filter((name) => name.endsWith(".wasm"))
      .map((name) => module("CompiledWasm", name)),
  ]);
}

/** Returns what a client receives that makes these calls to the agent of class `name`. */
async function talk(miniflare, name) {
  const url = `http://worker/agents/${name.toLowerCase()}/one`;
  const { webSocket } = await miniflare.dispatchFetch(url, {
    headers: { upgrade: "websocket" },
  });
  assert.ok(webSocket, "the agent takes a WebSocket");
  const heard = [];
  let listener = () => {};
  webSocket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    // Each agent has a name of its own.
    if (message.type === "cf_agent_identity") return;
    heard.push(message);
    listener(message);
  });
  webSocket.accept();
  const until = (condition) =>
    new Promise((resolve) => {
      listener = (message) => condition(message) && resolve();
    });
  const call = async (method, ...args) => {
    const over = until(
      ({ id, done, success }) => id === method && (done || !success),
    );
    webSocket.send(JSON.stringify({ type: "rpc", id: method, method, args }));
    await over;
  };
  await call("inherited");
  await call("countTo", 3);
  await call("secret");
  const state = { count: 10 };
  webSocket.send(JSON.stringify({ type: "cf_agent_state", state }));
  await call("add", 2);
  const answers = [await (await miniflare.dispatchFetch(`${url}/x`)).json()];
  for (const method of ["inherited", "secret", "inContext"]) {
    const rpc = `http://worker/rpc/${name}/${method}`;
    answers.push(await (await miniflare.dispatchFetch(rpc)).json());
  }
  webSocket.close(1000);
  return { heard, answers };
}

test("an instrumented Agent answers as a plain one, and its events are spans", async (t) => {
  const { collector, miniflare } = await start(t);
  const plain = await talk(miniflare, "Plain");
  const instrumented = await talk(miniflare, "Instrumented");
  assert.deepEqual(instrumented, plain);
  assert.deepEqual(plain.answers, [
    { count: 12 },
    "from the base",
    "not for clients",
    true,
  ]);
  const results = plain.heard.filter(({ done }) => done);
  assert.deepEqual(
    results.map(({ result }) => result),
    ["from the base", 3, 12],
  );
  await collector.until(() => collector.span("Counter.webSocketClose"));
  const spans = collector.spans;
  const parentOf = (name) => {
    const { parentSpanId } = spans.find(
      (span) => span.name === name && span.parentSpanId !== "",
    );
    return spans.find(({ spanId }) => spanId === parentSpanId).name;
  };
  assert.equal(parentOf("count"), "Counter.webSocketMessage");
  assert.equal(parentOf("answer"), "GET");
  assert.deepEqual(
    [...new Set(collector.names())],
    [
      "Counter.inContext",
      "Counter.inherited",
      "Counter.secret",
      "Counter.webSocketClose",
      "Counter.webSocketMessage",
      "GET",
      "answer",
      "count",
    ],
  );
});
