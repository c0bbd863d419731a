// Streams that are larger than memory: what has gone by can be collected, also while a span records it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { observe, TracingLevel, withTracingLevel } from "laminar-edge";
import { startSending } from "../support/results.mjs";

const cwd = fileURLToPath(new URL(".", import.meta.url));

test("rows of 400 MB pass through a process of 120 MB", async () => {
  const program = `
    import { Laminar, observe } from "laminar-edge";
    Laminar.initialize({ projectApiKey: "k", baseUrl: "http://127.0.0.1:2" });
    const text = (i) => Buffer.alloc(200_000, 65 + (i % 26)).toString("latin1");
    const rows = observe({ name: "rows" }, async function* () {
      for (let id = 0; id < 2_000; id++) yield { id, text: text(id) };
    });
    let read = 0;
    for await (const { text } of rows) read += text.length;
    console.log(read);
    process.exit();
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--max-old-space-size=120", "--input-type=module", "--eval", program],
    { cwd },
  );
  assert.equal(stdout.trim(), "400000000");
});

test("many small objects are recorded whole", async (t) => {
  const { sent } = await startSending(t);
  const rows = observe({ name: "small" }, function* () {
    for (let id = 0; id < 5_000; id++) yield { id };
  });
  assert.equal([...rows].length, 5_000);
  const { output } = await sent("small");
  assert.equal(output.chunks.length, 5_000);
  assert.deepEqual(output.chunks.at(-1), { id: 4_999 });
});

test("a stream of very many small texts arrives, and so does its span", async (t) => {
  const { sent } = await startSending(t);
  const many = 300_000;
  const kinds = {
    stream() {
      let left = many;
      return new ReadableStream({
        pull: (controller) =>
          left-- > 0 ? controller.enqueue("line\n") : controller.close(),
      });
    },
    async *generator() {
      for (let i = 0; i < many; i++) yield "line\n";
    },
  };
  for (const [name, make] of Object.entries(kinds)) {
    let read = 0;
    for await (const line of observe({ name }, make)) read += line.length;
    assert.equal(read, 5 * many);
    assert.equal((await sent(name, 20_000)).output.chunks.length, many);
  }
});

for (const [how, options, around] of [
  ["ignoreOutput", { ignoreOutput: true }, (action) => action()],
  [
    "META_ONLY",
    {},
    (action) => withTracingLevel(TracingLevel.META_ONLY, action),
  ],
])
  test(`with ${how} no chunk is kept`, async (t) => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc");
    const { sent } = await startSending(t);
    const chunks = [];
    const stream = around(() =>
      observe({ name: how, ...options }, async function* () {
        for (let id = 0; id < 3; id++) {
          const chunk = { id };
          chunks.push(new WeakRef(chunk));
          yield chunk;
        }
      }),
    );
    assert.equal((await stream.next()).value.id, 0);
    assert.equal((await stream.next()).value.id, 1);
    // What a WeakRef was made of lives until the end of the task.
    await new Promise((resolve) => setTimeout(resolve));
    collect();
    assert.equal(chunks[0].deref(), undefined);
    assert.equal((await stream.next()).value.id, 2);
    assert.equal((await stream.next()).done, true);
    assert.equal((await sent(how)).output, undefined);
  });
