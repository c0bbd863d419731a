// Streams of Node, observed: read by pipe, by events, by read, by iteration, by pipeline, by web streams, and
// unread ones.

import assert from "node:assert/strict";
import { EventEmitter, on } from "node:events";
import { createReadStream, mkdtempSync, writeFileSync } from "node:fs";
import { get, createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  Duplex,
  PassThrough,
  Readable,
  Transform,
  Writable,
} from "node:stream";
import { buffer, json, text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { before, test } from "node:test";
import { createGzip, gunzipSync } from "node:zlib";
import { Laminar, observe } from "laminar-edge";
import { startSending } from "../support/results.mjs";

let sent;
before(async (t) => ({ sent } = await startSending(t)));

const hello = () => Readable.from([Buffer.from("Hel"), Buffer.from("lo")]);

function sink() {
  const chunks = [];
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  stream.text = () => Buffer.concat(chunks).toString();
  return stream;
}

const ended = (stream, event) =>
  new Promise((resolve) => stream.once(event, resolve));

for (const [how, read] of Object.entries({
  pipe: async (stream) => {
    const into = sink();
    assert.equal(stream.pipe(into), into);
    await ended(into, "finish");
    return into.text();
  },
  pipeline: async (stream) => {
    const into = sink();
    await pipeline(stream, new PassThrough(), into);
    return into.text();
  },
  "data events": async (stream) => {
    let said = "";
    stream.on("data", (chunk) => (said += chunk));
    await ended(stream, "end");
    return said;
  },
  "readable events": async (stream) => {
    let said = "";
    stream.on("readable", () => {
      for (let chunk; (chunk = stream.read()) !== null;) said += chunk;
    });
    await ended(stream, "end");
    return said;
  },
  iteration: async (stream) => {
    let said = "";
    for await (const chunk of stream) said += chunk;
    return said;
  },
  "an iterator that another module takes": async (stream) => {
    let said = "";
    for await (const chunk of stream.iterator({ destroyOnReturn: false }))
      said += chunk;
    return said;
  },
  consumers: (stream) => text(stream),
  "a buffer": async (stream) => (await buffer(stream)).toString(),
  toArray: async (stream) => Buffer.concat(await stream.toArray()).toString(),
  "a web stream": (stream) => new Response(Readable.toWeb(stream)).text(),
  "events.on": async (stream) => {
    let said = "";
    const events = on(stream, "data", { close: ["end"] });
    for await (const [chunk] of events) said += chunk;
    return said;
  },
  "an encoding": async (stream) => {
    stream.setEncoding("utf8");
    return (await stream.toArray()).join("");
  },
}))
  test(`a Readable read by ${how}`, async () => {
    const name = `readable by ${how}`;
    let made;
    const stream = await observe({ name }, async () => (made = hello()));
    assert.equal(stream, made);
    assert.equal(stream.readableFlowing, null);
    assert.equal(await read(stream), "Hello");
    const { output, incomplete } = await sent(name);
    assert.equal(output.chunks.join(""), "Hello");
    assert.equal(incomplete, false);
  });

test("streams of objects and through a transform", async () => {
  const upper = new Transform({
    objectMode: true,
    transform: (chunk, _, done) => done(null, { said: chunk.said + "!" }),
  });
  const stream = observe({ name: "objects" }, () =>
    Readable.from([{ said: "a" }, { said: "b" }]).pipe(upper),
  );
  assert.deepEqual(await stream.toArray(), [{ said: "a!" }, { said: "b!" }]);
  assert.deepEqual((await sent("objects")).output.chunks, [
    { said: "a!" },
    { said: "b!" },
  ]);
});

test("no listener is added or lost", async () => {
  const stream = observe({ name: "listeners" }, hello);
  const twin = hello();
  assert.deepEqual(stream.eventNames(), twin.eventNames());
  const listener = () => assert.fail("it was removed");
  stream.on("data", listener);
  stream.off("data", listener);
  stream.resume();
  await ended(stream, "close");
  assert.ok(await sent("listeners"));
});

test("an error reaches its listener, and without one is uncaught", async () => {
  const error = new Error("cut");
  const broken = () =>
    new Readable({
      read() {
        this.destroy(error);
      },
    });
  const stream = observe({ name: "error" }, broken);
  await assert.rejects(text(stream), (caught) => caught === error);
  assert.equal((await sent("error")).exception, "cut");
  const uncaught = new Promise((resolve) => {
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.once("uncaughtException", (caught) => {
      for (const each of others) process.on("uncaughtException", each);
      resolve(caught);
    });
  });
  observe({ name: "uncaught" }, broken).resume();
  assert.equal(await uncaught, error);
  assert.equal((await sent("uncaught")).exception, "cut");
});

test("a destroyed stream is incomplete", async () => {
  const stream = observe({ name: "destroyed" }, hello);
  stream.destroy();
  await ended(stream, "close");
  assert.equal((await sent("destroyed")).incomplete, true);
});

test("files, gzip, http and duplex streams", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "hosts-")), "file");
  writeFileSync(path, "Hello");
  const file = observe({ name: "file" }, () => createReadStream(path));
  assert.equal(file.path, path);
  assert.equal(await text(file), "Hello");
  assert.deepEqual((await sent("file")).output.chunks, ["Hello"]);
  const zipped = observe({ name: "gzip" }, () => hello().pipe(createGzip()));
  assert.equal(gunzipSync(await buffer(zipped)).toString(), "Hello");
  assert.equal((await sent("gzip")).incomplete, false);
  const server = createServer((_, response) =>
    response.end('{"said":"Hello"}'),
  );
  await new Promise((listening) => server.listen(0, listening));
  const message = await observe(
    { name: "http" },
    () => new Promise((got) => get({ port: server.address().port }, got)),
  );
  assert.equal(message.statusCode, 200);
  assert.deepEqual(await json(message), { said: "Hello" });
  server.close();
  assert.equal((await sent("http")).output.chunks.join(""), '{"said":"Hello"}');
  const duplex = observe({ name: "duplex" }, () => Duplex.from(hello()));
  assert.equal(await text(duplex), "Hello");
  assert.equal((await sent("duplex")).incomplete, false);
});

test("an EventEmitter and a Writable are no streams to follow", async () => {
  const emitter = observe({ name: "emitter" }, () => new EventEmitter());
  assert.equal(Object.hasOwn(emitter, "emit"), false);
  observe({ name: "writable" }, sink);
  observe({ name: "over" }, () => hello().destroy());
  for (const name of ["emitter", "writable", "over"])
    assert.ok(await sent(name));
});

test("lines", async () => {
  const lines = observe({ name: "lines" }, () =>
    createInterface({ input: Readable.from(["a\nb\n"]) }),
  );
  const seen = [];
  for await (const line of lines) seen.push(line);
  assert.deepEqual(seen, ["a", "b"]);
  assert.ok(await sent("lines"));
});

test("an unread stream delays one flush", async () => {
  const stream = observe({ name: "unread" }, hello);
  assert.equal((await sent("unread", 6_000)).incomplete, true);
  const began = performance.now();
  await Laminar.flush();
  assert.ok(performance.now() - began < 2_000);
  assert.equal(await text(stream), "Hello");
});
