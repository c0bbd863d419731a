// Faults of the engine: calls pass through unchanged, and their spans end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Laminar } from "laminar-edge";

// The export that traps in the next call, in all instances made here.
let trap;
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const { exports } = new Instance(module, imports);
  if (!("chunk" in exports)) return { exports };
  return {
    exports: new Proxy(
      {},
      {
        get(_, key) {
          if (trap === key) {
            trap = undefined;
            throw new WebAssembly.RuntimeError("unreachable");
          }
          return exports[key];
        },
      },
    ),
  };
};

const { CHAT, completion, events, post, question, sse, start } =
  await import("./support.mjs");
const streaming = post({ ...question, stream: true });

for (const place of ["open", "request", "response", "chunk", "finish"])
  test(`after a trap in ${place} the answer is complete, the span ends and the next call is traced`, async (t) => {
    const { fetch, spans } = await start(t, () => sse().response);
    trap = place;
    assert.equal(await (await fetch(CHAT, streaming)).text(), events.join(""));
    assert.equal(trap, undefined, "it trapped");
    assert.equal(await (await fetch(CHAT, streaming)).text(), events.join(""));
    const [hurt, sound] = await spans();
    assert.equal(hurt.attributes["laminar.incomplete"], true);
    assert.equal(hurt.attributes["http.response.status_code"], 200n);
    assert.equal(sound.attributes["laminar.incomplete"], undefined);
    assert.match(sound.attributes["gen_ai.output.messages"], /because/);
  });

test("a trap during one call leaves another one incomplete but unbroken", async (t) => {
  const { response } = sse();
  const { fetch, spans } = await start(t, (n) =>
    n === 0 ? response : Response.json(completion),
  );
  const reader = (await fetch(CHAT, streaming)).body.getReader();
  await reader.read();
  trap = "finish";
  await (await fetch(CHAT, post())).text();
  while (!(await reader.read()).done);
  const [, open] = (await spans()).sort((a, b) => (a.end < b.end ? -1 : 1));
  assert.equal(open.attributes["laminar.incomplete"], true);
  assert.ok(open.attributes["gen_ai.input.messages"]);
  assert.equal(Laminar.stats().open, 0);
});

test("a module that always traps is no longer used, and calls work", async (t) => {
  const { fetch, spans } = await start(t, () => sse().response);
  for (let i = 0; i < 20; i++) {
    trap = "open";
    assert.equal(await (await fetch(CHAT, streaming)).text(), events.join(""));
  }
  trap = undefined;
  assert.equal((await spans()).length, 20);
});
