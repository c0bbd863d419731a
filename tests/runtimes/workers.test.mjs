// Cloudflare Workers: what `wrangler deploy` would upload, in workerd, in every kind of handler; and
// `wrangler dev`.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Log, LogLevel, Miniflare } from "miniflare";
import { freshFolder } from "./support/package.mjs";
import { runProgram, start } from "./support/program.mjs";
import { startSession } from "./support/session.mjs";
import {
  COMPATIBILITY_DATE,
  MODES,
  QUIET,
  WRANGLER,
  writeConfiguration,
} from "./support/wrangler.mjs";

const folder = await freshFolder(["worker"]);
const session = await startSession(folder);
const wrangler = { cwd: folder, env: QUIET };

const EMAIL = {
  method: "POST",
  body: "Message-ID: <1@a.example>\r\nFrom: a@a.example\r\nTo: b@b.example\r\n\r\n",
};
// The calls that make each handler run; the Durable Object sets the alarm.
const HANDLERS = [
  ["fetch", "/"],
  ["Durable Object", "/object"],
  ["alarm"],
  ["scheduled", "/cdn-cgi/handler/scheduled"],
  ["queue", "/queue"],
  ["email", "/cdn-cgi/handler/email?from=a@a.example&to=b@b.example", EMAIL],
];
const TAIL = ["tail", "/for-a-tail"];

for (const { mode, flags, storage } of MODES)
  test(`wrangler deploy, ${mode}`, async (t) => {
    await writeConfiguration(folder, { mode, flags });
    const args = [WRANGLER, "deploy", "--dry-run", "--outdir=dist"];
    await runProgram(t, process.execPath, args, wrangler);
    const bindings = { OPTIONS: session.options, MODE: mode };
    const url = await startUploaded(t, flags, bindings);
    await callAll(t, url, [...HANDLERS, TAIL], mode, storage);
  });

test("wrangler dev", async (t) => {
  const mode = { mode: "wrangler dev", flags: [] };
  await writeConfiguration(folder, mode, { OPTIONS: session.options });
  const args = [WRANGLER, "dev", "--ip=127.0.0.1", "--port=0"];
  const dev = start(t, process.execPath, args, wrangler);
  const url = await dev.said(/Ready on (http:\S+)/);
  await callAll(t, url, HANDLERS, mode.mode, false);
});

async function callAll(t, url, handlers, mode, storage) {
  for (const [handler, path, init] of handlers)
    await t.test(handler, async () => {
      if (path) await (await fetch(new URL(path, url), init)).text();
      await session.expect(`${mode}: ${handler}`, { storage });
    });
}

/** A Worker beside its own tail, each of which is the same bundle. */
async function startUploaded(t, compatibilityFlags, bindings) {
  const worker = {
    modules: await modulesOf(join(folder, "dist")),
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags,
    bindings,
  };
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    log: new Log(LogLevel.NONE),
    unsafeTriggerHandlers: true,
    workers: [
      {
        ...worker,
        name: "app",
        durableObjects: { ROOMS: "Room" },
        queueProducers: { QUEUE: "work" },
        queueConsumers: { work: { maxBatchTimeout: 0 } },
        tails: ["tail"],
      },
      { ...worker, name: "tail" },
    ],
  });
  t.after(() => miniflare.dispose());
  return miniflare.ready;
}

async function modulesOf(dist) {
  const module = async (type, path) => ({
    type,
    path,
    contents: await readFile(join(dist, path)),
  });
  const wasm = (await readdir(dist)).find((name) => name.endsWith(".wasm"));
  return Promise.all([
    module("ESModule", "index.js"),
    module("CompiledWasm", wasm),
  ]);
}
