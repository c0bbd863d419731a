import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { startStandIn } from "../../tests/llm/stand-in/server.mjs";
import { startCollector } from "../../tests/package/support/collector.mjs";

const folder = import.meta.dirname;
const MODEL = "@cf/meta/llama-3.1-8b-instruct";

/** Returns what `wrangler deploy` would upload, as modules for workerd. */
function bundle(t) {
  const target = mkdtempSync(join(tmpdir(), "workers-ai-"));
  t.after(() => rmSync(target, { recursive: true }));
  execFileSync(
    process.execPath,
    [
      "node_modules/wrangler/wrangler-dist/cli.js",
      ...["deploy", "--dry-run", "--outdir", target],
    ],
    { cwd: folder, env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
  );
  return readdirSync(target)
    .filter((path) => /\.(js|wasm)$/.test(path))
    .sort((path) => (path === "index.js" ? -1 : 1))
    .map((path) => ({
      type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path,
      contents: readFileSync(join(target, path)),
    }));
}

test("the answer streams, and its call is a span", async (t) => {
  const standIn = await startStandIn({ answers: "workers-ai/stream" });
  t.after(() => standIn.close());
  const collector = await startCollector(t);
  // wrangler dev would ask Cloudflare's servers; this leads the same binding to the stand-in.
  const worker = new Miniflare({
    cf: false,
    host: "127.0.0.1",
    port: 0,
    modules: bundle(t),
    compatibilityDate: "2026-04-01",
    compatibilityFlags: ["nodejs_als"],
    ai: {
      binding: "AI",
      remoteProxyConnectionString: new URL(standIn.url),
    },
    bindings: { LMNR_PROJECT_API_KEY: "key", LMNR_BASE_URL: collector.url },
  });
  t.after(() => worker.dispose());
  const response = await fetch(new URL("/?q=why+not", await worker.ready));
  const text = await response.text();
  assert.match(text, /data: \[DONE\]/);

  await collector.until(() => collector.spans.length === 2);
  const [root, call] = ["GET", `chat ${MODEL}`].map(collector.span);
  assert.equal(call.parentSpanId, root.spanId);
  const { attributes } = call;
  assert.equal(attributes["lmnr.span.type"], "LLM");
  assert.equal(attributes["gen_ai.system"], "cloudflare");
  assert.equal(attributes["gen_ai.usage.input_tokens"], 20n);
  assert.match(attributes["gen_ai.input.messages"], /why not/);
  assert.match(attributes["gen_ai.output.messages"], /It is 42\./);
});
