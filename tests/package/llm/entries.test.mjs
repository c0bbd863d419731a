// The entry of each runtime, bundled into one file as by users' tools: also the first call, during which the
// engine still loads, is traced; without WebAssembly calls pass through.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startCollector } from "../support/collector.mjs";

const PROGRAM = `
  import { Laminar } from "laminar-edge";
  import { tracedFetch } from "laminar-edge/llm";

  const answer = {
    id: "c1",
    model: "m-1",
    choices: [{ index: 0, message: { role: "assistant", content: "because" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 8, completion_tokens: 4, total_tokens: 12 },
  };
  Laminar.initialize({
    projectApiKey: "k",
    baseUrl: process.env.COLLECTOR,
    dangerouslyAllowBrowser: true,
  });
  const fetch = async () => Response.json(answer);
  const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "why?" }] });
  const response = await tracedFetch({ fetch })(
    "https://api.openai.com/v1/chat/completions",
    { method: "POST", body },
  );
  console.log((await response.json()).choices[0].message.content);
  // The engine still loads. A flush waits for it, so that the program ends with everything sent.
  const { exported } = await Laminar.flush();
  console.log(exported);
`;

async function run(t, conditions, before = "") {
  const collector = await startCollector(t);
  const folder = await mkdtemp(join(tmpdir(), "laminar-edge-llm-"));
  t.after(() => rm(folder, { recursive: true }));
  const outfile = join(folder, "program.mjs");
  await build({
    stdin: {
      contents: PROGRAM,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: "esm",
    outfile,
    conditions,
    external: ["node:*"],
    banner: { js: before },
    logLevel: "error",
  });
  const child = spawn(process.execPath, [outfile], {
    env: { ...process.env, COLLECTOR: collector.url },
  });
  t.after(() => child.kill("SIGKILL"));
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => (said += text));
  await once(child, "close");
  assert.match(said, /because\n/);
  assert.match(said, /^1$/m);
  return { span: collector.spans[0], said };
}

// Node's fetch needs WebAssembly at its first call.
const fetchOnce = `await fetch(process.env.COLLECTOR).catch(() => {});`;
const withoutWebAssembly = `${fetchOnce} delete globalThis.WebAssembly;`;

for (const condition of ["browser", "deno", "node", "unknown"])
  test(`${condition}: the messages of the first call are recorded`, async (t) => {
    const { span } = await run(t, [condition]);
    const { attributes } = span;
    assert.equal(span.name, "chat m");
    assert.equal(attributes["gen_ai.usage.input_tokens"], 8n);
    assert.match(attributes["gen_ai.input.messages"], /why/);
    assert.match(attributes["gen_ai.output.messages"], /because/);
    assert.equal(attributes["laminar.incomplete"], undefined);
  });

test("fastly: without the engine a span has provider, status and times", async (t) => {
  const { span } = await run(t, ["fastly"], withoutWebAssembly);
  const { attributes } = span;
  assert.equal(span.name, "chat");
  assert.equal(attributes["gen_ai.system"], "openai");
  assert.equal(attributes["http.response.status_code"], 200n);
  assert.equal(attributes["laminar.incomplete"], true);
  assert.equal(attributes["gen_ai.input.messages"], undefined);
});

test("calls work where wasm cannot be compiled, with one warning", async (t) => {
  const { span, said } = await run(
    t,
    ["browser"],
    `${fetchOnce}
     const real = WebAssembly.compile;
     WebAssembly.compile = async (bytes) => {
       const module = await real(bytes);
       const names = WebAssembly.Module.exports(module).map(({ name }) => name);
       // Only the core records spans; the other module is the engine.
       if (!names.includes("end_span")) throw new Error("not allowed here");
       return module;
     };`,
  );
  assert.equal(span.attributes["gen_ai.system"], "openai");
  assert.match(said, /could not be compiled.*not allowed here/);
});
