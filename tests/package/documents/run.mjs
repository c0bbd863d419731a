// Runs a program of a document: in a Node process, or as a Worker in workerd. Its test gives the surroundings
// of the program; the program itself is taken from the document unchanged.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startCollector } from "../support/collector.mjs";
import { startPair } from "../../tail/support.mjs";
import { startWorker } from "../support/workerd.mjs";

const TESTS = fileURLToPath(new URL("../../", import.meta.url));
// The line that marks the place of the reader's own code in a document.
const LEFT_OUT = "// …\n";
const WORKERS = fileURLToPath(new URL("../workers", import.meta.url));

/**
 * Returns a test that runs a program in Node and compares the names of the spans that arrive. `before` and
 * `after` surround the program; `exported` is its default export. `modules` replace modules that are not
 * installed here; `fill` replaces the line that the document leaves out. `conditions` choose the package's
 * entry. `first` runs before the package is imported, `preload` is a module that does. `prints` is a pattern of
 * what the program prints.
 */
export function inNode({
  before = "",
  after = "",
  modules = {},
  fill = LEFT_OUT,
  conditions = [],
  first = "",
  preload = `data:text/javascript,${encodeURIComponent(first)}`,
  spans,
  prints = /^/,
}) {
  return async (t, program) => {
    const collector = await startCollector(t);
    const filled = program.replace(LEFT_OUT, () => fill);
    const child = startNode(t, collector, before + filled + after, {
      modules,
      flags: [
        ...conditions.map((name) => `--conditions=${name}`),
        `--import=${preload}`,
      ],
    });
    const said = await outputOf(child);
    assert.equal(child.exitCode, 0, said);
    assert.match(said, prints);
    assert.deepEqual(collector.names(), [...spans].sort(), said);
  };
}

/** Starts a program in a Node process whose environment names the collector. */
export function startNode(
  t,
  collector,
  program,
  { modules = {}, flags = [] } = {},
) {
  const source = withModules(withName(program), modules);
  const child = spawn(
    process.execPath,
    [...flags, "--input-type=module", "--eval", source],
    {
      cwd: TESTS,
      env: {
        ...process.env,
        LMNR_PROJECT_API_KEY: "key",
        LMNR_BASE_URL: collector.url,
        PORT: "0",
      },
    },
  );
  t.after(() => child.kill("SIGKILL"));
  return child;
}

/** Resolves to everything that a process prints. */
export async function outputOf(child) {
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => (said += text));
  await once(child, "close");
  return said;
}

/** Names the default export, so that the rest of the program can call it. */
const withName = (program) =>
  program.replace(/^export default /m, "const exported = ");

/** Replaces modules by others that are installed here, or by a source of one's own. */
function withModules(program, modules) {
  for (const [name, instead] of Object.entries(modules)) {
    const target = instead.startsWith("export ")
      ? `data:text/javascript,${encodeURIComponent(instead)}`
      : instead;
    program = program.replaceAll(JSON.stringify(name), JSON.stringify(target));
  }
  return program;
}

/**
 * Returns a test that runs a program in workerd and compares the names of the spans that arrive. `call` calls
 * the Worker once it runs, `prepare` sets the collector up before; `options` are miniflare's. The rest is as
 * for `inNode`.
 */
export function inWorkerd({
  before = "",
  after = "",
  modules = {},
  fill = LEFT_OUT,
  flags = [],
  bindings = { LMNR_PROJECT_API_KEY: "key" },
  options,
  call = (worker) => worker.call("", { question: "why?" }),
  prepare = () => {},
  spans,
}) {
  return async (t, program) => {
    const folder = await mkdtemp(join(WORKERS, "document-"));
    t.after(() => rm(folder, { recursive: true }));
    const filled = program.replace(LEFT_OUT, () => fill);
    const named = withName(filled);
    const again = named === filled ? "" : "export { exported as default };";
    const source = withModules(before + named + after + again, modules);
    await writeFile(join(folder, "worker.js"), source);
    const collector = await startCollector(t);
    prepare(collector);
    const worker = await startWorker(t, join(basename(folder), "worker.js"), {
      flags,
      bindings,
      // The programs send to Laminar. Here all requests go to the collector.
      outbound: collector.url,
      options,
    });
    await call(worker, collector);
    // A request that has no answer yet may still be refused.
    await collector.until(
      () =>
        collector.answered === collector.requests.length &&
        collector.spans.length >= spans.length,
    );
    const [{ path, key }] = collector.requests;
    assert.deepEqual({ path, key }, { path: "/v1/traces", key: "key" });
    assert.deepEqual(collector.names(), [...spans].sort());
  };
}

/** Returns a test of a Worker whose spans are sent by a Tail Worker, which has the key. */
export function byTail({ before = "", after = "", call, spans }) {
  return async (t, program) => {
    const folder = await mkdtemp(join(WORKERS, "document-"));
    t.after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "worker.js"), before + program + after);
    const collector = await startCollector(t);
    const pair = await startPair(t, {
      source: join("../package/workers", basename(folder), "worker.js"),
      tail: { LMNR_PROJECT_API_KEY: "key", LMNR_BASE_URL: collector.url },
    });
    await call(pair);
    await collector.until(() => collector.spans.length >= spans.length);
    assert.deepEqual(collector.names(), [...spans].sort());
    assert.equal(collector.requests[0].key, "key");
  };
}
