// Responses as frameworks make them and as clients read them: observe and instrument return the same object
// wherever a copy would lose something.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { before, test } from "node:test";
import { instrument, observe } from "laminar-edge";
import { ask, platform } from "../support/platform.mjs";
import { startSending } from "../support/results.mjs";

let sent;
before(async (t) => ({ sent } = await startSending(t)));

// A class like that of next/server.
class NextResponse extends Response {
  #cookies = new Map();
  get cookies() {
    return this.#cookies;
  }
  static json(value, init) {
    const { headers, status } = Response.json(value, init);
    return new NextResponse(JSON.stringify(value), { headers, status });
  }
}

const bytes = (...chunks) =>
  new ReadableStream({
    type: "bytes",
    pull(controller) {
      const next = chunks.shift();
      if (next === undefined) {
        controller.close();
        controller.byobRequest?.respond(0);
      } else controller.enqueue(new TextEncoder().encode(next));
    },
  });

async function readBytes(stream) {
  const reader = stream.getReader({ mode: "byob" });
  let text = "";
  let memory = new ArrayBuffer(3);
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(memory));
    if (done) return text;
    text += new TextDecoder().decode(value);
    memory = value.buffer;
  }
}

const WAYS = {
  observe: (name, make) => observe({ name }, async () => make()),
  instrument: async (name, make) => {
    const context = platform();
    const handler = instrument(async () => make(), { name: () => name });
    return handler(ask(), context);
  },
};

for (const [way, around] of Object.entries(WAYS)) {
  test(`${way}: a framework's response keeps its class`, async () => {
    let made;
    const got = await around(`class ${way}`, () => {
      made = NextResponse.json({ said: 1 });
      made.cookies.set("a", "b");
      return made;
    });
    assert.equal(got, made);
    assert.deepEqual([...got.cookies], [["a", "b"]]);
    assert.deepEqual(await got.json(), { said: 1 });
  });

  test(`${way}: own properties and a known length are kept`, async () => {
    for (const make of [
      () => Object.assign(new Response("said"), { id: 1 }),
      () => new Response("said", { headers: { "content-length": "4" } }),
    ]) {
      let made;
      const got = await around(`own ${way}`, () => (made = make()));
      assert.equal(got, made);
      assert.equal(await got.text(), "said");
    }
  });

  test(`${way}: a BYOB reader can read the body`, async () => {
    const got = await around(
      `bytes ${way}`,
      () => new Response(bytes("Hello, ", "bytes")),
    );
    assert.equal(await readBytes(got.body), "Hello, bytes");
    const again = await around(
      `bytes ${way}`,
      () => new Response(bytes("Hello, ", "bytes")),
    );
    assert.equal(await again.text(), "Hello, bytes");
  });

  test(`${way}: where streams cannot be constructed, no body is locked`, async () => {
    const Native = ReadableStream;
    const made = new Response(bytes("Hello"));
    globalThis.ReadableStream = new Proxy(Native, {
      construct() {
        throw new TypeError("Illegal constructor");
      },
    });
    try {
      const got = await around(`old ${way}`, () => made);
      assert.equal(got, made);
      assert.equal(got.body.locked, false);
    } finally {
      globalThis.ReadableStream = Native;
    }
    assert.equal(await made.text(), "Hello");
  });

  test(`${way}: clones of a fetched response say where it came from`, async (t) => {
    const server = createServer(({ url }, response) => {
      if (url === "/") response.writeHead(302, { location: "/to" }).end();
      else response.write("said", () => response.end(" it"));
    });
    await new Promise((listening) => server.listen(0, listening));
    t.after(() => server.close());
    const address = `http://127.0.0.1:${server.address().port}/`;
    const facts = async (response) => {
      const clones = [response.clone()];
      clones.push(clones[0].clone());
      const seen = [];
      for (const each of [response, ...clones]) {
        const { url, redirected, type, status, clone } = each;
        const { name, length } = clone;
        seen.push([url, redirected, type, status, name, length]);
        seen.push(Object.keys(each), await each.text());
      }
      assert.throws(() => clones[0].clone(), TypeError);
      return seen;
    };
    const alone = await facts(await fetch(address));
    assert.equal(alone[0][0], `${address}to`);
    const followed = await around(`clones ${way}`, () => fetch(address));
    assert.deepEqual(await facts(followed), alone);
    const twice = await around(`twice ${way}`, () =>
      observe({ name: `inside ${way}` }, () => fetch(address)),
    );
    assert.deepEqual(await facts(twice), alone);
    const { output } = await sent(`inside ${way}`);
    assert.equal(output.chunks.join(""), "said it");
  });

  test(`${way}: a response that cannot be copied is not locked`, async () => {
    const made = new Response(bytes("Hello"));
    Object.defineProperty(made, "status", { value: 101 });
    const got = await around(`odd ${way}`, () => made);
    assert.equal(got, made);
    assert.equal(await got.text(), "Hello");
  });
}

// Node gives streams that it makes itself a class of its own, and a property `constructor`.
const BY_THE_RUNTIME = {
  "a stream through another": () =>
    new ReadableStream({
      start(controller) {
        for (const text of ["a", "b"]) controller.enqueue(text);
        controller.close();
      },
    }).pipeThrough(new TextEncoderStream()),
  "a stream from an iterable": () =>
    ReadableStream.from(
      [..."ab"].map((text) => new TextEncoder().encode(text)),
    ),
  "half of a stream": () => bytes("a", "b").tee()[0],
  "the body of a clone": () => new Response(bytes("a", "b")).clone().body,
};
for (const [kind, make] of Object.entries(BY_THE_RUNTIME))
  test(`the body is followed if it is ${kind}`, async () => {
    const stream = observe({ name: `stream, ${kind}` }, make);
    assert.equal(await new Response(stream).text(), "ab");
    const { output, incomplete } = await sent(`stream, ${kind}`);
    assert.deepEqual([output.chunks.join(""), incomplete], ["ab", false]);
    for (const [way, around] of Object.entries(WAYS)) {
      const name = `${way}, ${kind}`;
      const response = await around(name, () => new Response(make()));
      const before = BigInt(Date.now()) * 1_000_000n;
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(await response.text(), "ab");
      const span = await sent(name);
      assert.ok(span.end > before, "it ended before its body");
      assert.equal(span.incomplete, false);
    }
  });

test("instrument follows a response that observe follows already", async () => {
  const context = platform();
  const handler = instrument(
    () => observe({ name: "inner" }, async () => new Response(bytes("a", "b"))),
    { name: () => "outer" },
  );
  const response = await handler(ask(), context);
  assert.equal(await response.text(), "ab");
  await context.waited[0];
  const inner = await sent("inner");
  const outer = await sent("outer");
  assert.equal(inner.parentSpanId, outer.spanId);
  assert.equal(inner.output.chunks.join(""), "ab");
  assert.ok(outer.end >= inner.end);
});

test("a byte stream stays a byte stream", async () => {
  const readers = {
    byob: (stream) => readBytes(stream),
    text: (stream) => new Response(stream).text(),
    tee: async (stream) => {
      const [one, other] = stream.tee();
      assert.equal(await readBytes(one), "Hello, bytes");
      return readBytes(other);
    },
  };
  for (const [name, read] of Object.entries(readers)) {
    const stream = observe({ name }, () => bytes("Hello, ", "bytes"));
    assert.equal(await read(stream), "Hello, bytes");
    const { output, incomplete } = await sent(name);
    assert.equal(output.chunks.join(""), "Hello, bytes");
    assert.equal(incomplete, false);
  }
});

test("a stream of text stays a stream of text", async () => {
  const text = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue("a");
        controller.close();
      },
    });
  const stream = observe({ name: "no bytes" }, text);
  assert.throws(() => stream.getReader({ mode: "byob" }), TypeError);
  for await (const chunk of stream) assert.equal(chunk, "a");
  assert.deepEqual((await sent("no bytes")).output.chunks, ["a"]);
});
