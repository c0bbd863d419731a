// A program that initializes and shuts down for each request, with a key of its own, holds no more memory for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { setImmediate as turn } from "node:timers/promises";
import { Laminar } from "laminar-edge";

const CYCLES = 300;
// One instance of the module has about 200 KB, so 300 of them would have 60 MB.
const MOST_BYTES = 24 << 20;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

/** Returns the bytes that the program holds outside V8's heap, which is where wasm memories lie. */
async function heldBytes() {
  // What weak references hold is let go of at the end of a turn.
  for (let i = 0; i < 3; i++) {
    await turn();
    collectGarbage();
  }
  return process.memoryUsage().external;
}

let key = 0;

async function cycles(count) {
  for (let i = 0; i < count; i++) {
    Laminar.initialize({
      projectApiKey: `key ${key++}`,
      baseUrl: "http://127.0.0.1",
      fetch: async () => new Response(""),
    });
    Laminar.startSpan({ name: "a" }).end();
    const { exported } = await Laminar.flush();
    assert.equal(exported, 1);
    await Laminar.shutdown();
  }
}

test("a shutdown releases the memory of its instance", async (t) => {
  await cycles(10);
  const before = await heldBytes();
  await cycles(CYCLES);
  const grownBytes = (await heldBytes()) - before;
  t.diagnostic(`${(grownBytes / 1024).toFixed(0)} KiB more`);
  assert.ok(grownBytes < MOST_BYTES, `${grownBytes} bytes more`);
});
