// A traced fetch gives the same as the fetch behind it: bytes, chunks, status, headers, errors, at the same
// time.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { tracedFetch } from "laminar-edge/llm";
import {
  CHAT,
  completion,
  eventOf,
  events,
  json,
  post,
  question,
  sse,
  start,
  usageEvent,
} from "./support.mjs";

const streaming = post({ ...question, stream: true });
const decoder = new TextDecoder();

test("the request reaches fetch as it was given", async (t) => {
  const { fetch, asked } = await start(t);
  const init = post();
  const more = { extra: 1 };
  await fetch(CHAT, init, more);
  assert.equal(asked[0].length, 3);
  assert.equal(asked[0][0], CHAT);
  assert.equal(asked[0][1], init);
  assert.equal(asked[0][2], more);
});

test("chunks arrive unchanged, each only when it is read", async (t) => {
  const { response, seen } = sse();
  const { fetch, one } = await start(t, () => response);
  const answer = await fetch(CHAT, streaming);
  assert.equal(seen.pulls, 0, "nothing is read ahead");
  const reader = answer.body.getReader();
  for (const [at, expected] of events.entries()) {
    const { value } = await reader.read();
    assert.equal(decoder.decode(value), expected);
    assert.equal(seen.pulls, at + 1);
  }
  assert.equal((await reader.read()).done, true);
  assert.ok(await one());
});

test("status, headers, url and type are those of the answer", async (t) => {
  const server = await serve(t, (_, response) => {
    response.writeHead(201, "Made", {
      "content-type": "application/json",
      "x-request-id": "r1",
      "x-other": "o",
    });
    response.end(JSON.stringify(completion));
  });
  const { one } = await start(t);
  const url = `${server}/v1/chat/completions`;
  const plain = await fetch(url, post());
  const traced = await tracedFetch()(url, post());
  for (const key of [
    "status",
    "statusText",
    "ok",
    "url",
    "redirected",
    "type",
    "bodyUsed",
  ])
    assert.equal(traced[key], plain[key], key);
  assert.deepEqual(
    [...traced.headers].map(([key]) => key),
    [...plain.headers].map(([key]) => key),
  );
  assert.equal(traced.constructor, Response);
  assert.deepEqual(await traced.json(), await plain.json());
  assert.equal(traced.bodyUsed, true);
  const { attributes } = await one();
  assert.deepEqual(attributes["http.response.header.x-request-id"], ["r1"]);
  assert.equal(attributes["http.response.header.x-other"], undefined);
  assert.equal(attributes["server.address"], "127.0.0.1");
  assert.ok(attributes["server.port"] > 0n);
});

const text = JSON.stringify(completion);
for (const [how, headers, body] of [
  ["of known length", { "content-length": text.length }, text],
  ["that came compressed", { "content-encoding": "gzip" }, gzipSync(text)],
])
  test(`an answer ${how} can be read in every way`, async (t) => {
    const server = await serve(t, (_, response) => {
      response.writeHead(200, {
        "content-type": "application/json",
        ...headers,
      });
      response.end(body);
    });
    const url = `${server}/v1/chat/completions`;
    const { spans } = await start(t);
    let made;
    const traced = tracedFetch({
      fetch: async (...args) => (made = await fetch(...args)),
    });
    const reads = {
      json: async (answer) => JSON.stringify(await answer.json()),
      text: (answer) => answer.text(),
      arrayBuffer: async (answer) => decoder.decode(await answer.arrayBuffer()),
      blob: async (answer) => (await answer.blob()).text(),
      body: (answer) => new Response(answer.body).text(),
      clone: async (answer) => {
        const [one, other] = [answer.clone(), answer];
        assert.equal(await one.text(), await other.clone().text());
        return other.text();
      },
    };
    for (const [name, read] of Object.entries(reads)) {
      const answer = await traced(url, post());
      if (how === "of known length") assert.equal(answer, made);
      assert.equal(answer.bodyUsed, false);
      assert.ok(answer.body);
      assert.equal(answer.bodyUsed, false);
      assert.equal(await read(answer), text, name);
      assert.equal(answer.bodyUsed, true, name);
      assert.equal(answer.url, url);
      await assert.rejects(answer.text(), TypeError);
    }
    const found = await spans();
    assert.equal(found.length, Object.keys(reads).length);
    for (const { attributes } of found) {
      assert.equal(attributes["gen_ai.usage.input_tokens"], 8n);
      assert.equal(attributes["laminar.incomplete"], undefined);
    }
  });

test("an unread body of known length is not locked", async (t) => {
  const length = { headers: { "content-length": "2" } };
  const { fetch } = await start(t, () => new Response("{}", length));
  const answer = await fetch(CHAT, post());
  assert.ok(answer.body);
  // A runtime reads like this when it sends a response to a client.
  const free = Object.getOwnPropertyDescriptor(
    Response.prototype,
    "body",
  ).get.call(answer);
  assert.equal(free.locked, false);
});

test("a null body stays null", async (t) => {
  const { fetch, one } = await start(
    t,
    () => new Response(null, { status: 204 }),
  );
  const answer = await fetch(CHAT, post());
  assert.equal(answer.body, null);
  assert.equal(answer.status, 204);
  assert.equal((await one()).attributes["http.response.status_code"], 204n);
});

test("a BYOB reader can read the body", async (t) => {
  const server = await serve(t, (_, response) =>
    response.end("x".repeat(1000)),
  );
  const { fetch } = globalThis;
  await start(t);
  const answer = await tracedFetch({ fetch })(
    `${server}/v1/chat/completions`,
    post(),
  );
  const reader = answer.body.getReader({ mode: "byob" });
  const { value } = await reader.read(new Uint8Array(10));
  assert.equal(decoder.decode(value), "x".repeat(value.length));
  await reader.cancel();
});

test("a cancel reaches the source at once, with its reason", async (t) => {
  const { response, seen } = sse(events, { open: true });
  const { fetch, one } = await start(t, () => response);
  const answer = await fetch(CHAT, streaming);
  const reader = answer.body.getReader();
  await reader.read();
  await reader.read();
  const cancelled = reader.cancel("enough");
  assert.equal(seen.cancelled, "enough");
  await cancelled;
  assert.equal(seen.pulls, 2);
  const { attributes, status, events: told } = await one();
  assert.equal(attributes["gen_ai.response.cancelled"], true);
  assert.equal(attributes["laminar.incomplete"], undefined);
  assert.equal(status.code, 0);
  assert.deepEqual(told, []);
  assert.match(attributes["gen_ai.output.messages"], /be/);
});

test("what fetch throws or rejects with reaches the caller", async (t) => {
  const failure = new TypeError("fetch failed");
  const { fetch, one } = await start(t, () => {
    throw failure;
  });
  await assert.rejects(fetch(CHAT, post()), (error) => error === failure);
  const { attributes, events: told, status } = await one();
  assert.equal(attributes["error.type"], "TypeError");
  assert.equal(told[0].attributes["exception.message"], "fetch failed");
  assert.equal(status.code, 2);
  const throwing = tracedFetch({
    fetch() {
      throw failure;
    },
  });
  assert.throws(
    () => throwing(CHAT, post()),
    (error) => error === failure,
  );
});

test("a broken stream fails with its own error", async (t) => {
  const fail = new Error("connection lost");
  const { response } = sse(events.slice(0, 2), { fail });
  const { fetch, one } = await start(t, () => response);
  const answer = await fetch(CHAT, streaming);
  await assert.rejects(answer.text(), (error) => error === fail);
  const { attributes, events: told, status } = await one();
  assert.equal(attributes["error.type"], "Error");
  assert.equal(told[0].attributes["exception.message"], "connection lost");
  assert.equal(status.code, 2);
  assert.match(attributes["gen_ai.output.messages"], /be/);
});

test("an abort before the answer and one after it are cancellations", async (t) => {
  const server = await serve(t, (request, response) => {
    if (request.url.startsWith("/never")) return;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(events[1]);
  });
  const { spans } = await start(t);
  const traced = tracedFetch();
  const before = new AbortController();
  const never = traced(`${server}/never/v1/chat/completions`, {
    ...streaming,
    signal: before.signal,
  });
  before.abort();
  await assert.rejects(never, { name: "AbortError" });
  const after = new AbortController();
  const answer = await traced(`${server}/v1/chat/completions`, {
    ...streaming,
    signal: after.signal,
  });
  const reader = answer.body.getReader();
  await reader.read();
  after.abort();
  await assert.rejects(reader.read(), { name: "AbortError" });
  const found = await spans();
  assert.equal(found.length, 2);
  for (const { attributes, status, events: told } of found) {
    assert.equal(attributes["gen_ai.response.cancelled"], true);
    assert.equal(attributes["error.type"], "AbortError");
    assert.equal(status.code, 0);
    assert.deepEqual(told, []);
  }
});

test("the traced body can be put into a new Response and split by tee", async (t) => {
  const { fetch, one } = await start(t, () => sse().response);
  const answer = await fetch(CHAT, streaming);
  const [left, right] = new Response(answer.body, answer).body.tee();
  const both = await Promise.all(
    [left, right].map((each) => new Response(each).text()),
  );
  assert.deepEqual(both, [events.join(""), events.join("")]);
  assert.ok(await one());
});

test("`includeUsage` asks for usage and removes it again, unless the program asked for it", async (t) => {
  const usage = eventOf({ id: "c", choices: [], usage: completion.usage });
  const all = [...events.slice(0, -1), usage, events.at(-1)];
  // The chunks end in the middle of events.
  const bytes = all.join("");
  const pieces = bytes.match(/[^]{1,37}/g);
  const { fetch, asked, spans } = await start(t, () => sse(pieces).response, {
    llm: { includeUsage: true },
  });
  const got = await (await fetch(CHAT, streaming)).text();
  assert.equal(got, events.join(""));
  const sent = JSON.parse(asked[0][1].body);
  assert.deepEqual(sent, {
    ...question,
    stream: true,
    stream_options: { include_usage: true },
  });
  const own = {
    ...question,
    stream: true,
    stream_options: { include_usage: true },
  };
  assert.equal(await (await fetch(CHAT, post(own))).text(), bytes);
  const off = {
    ...question,
    stream: true,
    stream_options: { include_obfuscation: false },
  };
  assert.equal(await (await fetch(CHAT, post(off))).text(), events.join(""));
  assert.deepEqual(JSON.parse(asked[2][1].body).stream_options, {
    include_obfuscation: false,
    include_usage: true,
  });
  const plain = post();
  await (await fetch(CHAT, plain)).text();
  assert.equal(asked[3][1], plain);
  for (const { attributes } of (await spans()).slice(0, 3))
    assert.equal(attributes["gen_ai.usage.output_tokens"], 4n);
});

test("`includeUsage` does not change an answer that is no event stream", async (t) => {
  const { fetch } = await start(t, () => json(), {
    llm: { includeUsage: true },
  });
  assert.deepEqual(await (await fetch(CHAT, streaming)).json(), completion);
});

test("`includeUsage` leaves a request alone whose length is set or whose numbers would change", async (t) => {
  const { fetch, asked } = await start(t, () => sse().response, {
    llm: { includeUsage: true },
  });
  const { body } = streaming;
  const length = post(JSON.parse(body), {
    headers: { "Content-Length": String(body.length) },
  });
  await (await fetch(CHAT, length)).text();
  assert.equal(asked[0][1], length);

  const large = post();
  large.body =
    '{"stream":true,"stream_options":{},"seed":12345678901234567890}';
  await (await fetch(CHAT, large)).text();
  assert.equal(asked[1][1], large);
});

test("`includeUsage` hands on events of every length and form", async (t) => {
  const usage = usageEvent.trim();
  for (const end of ["\n\n", "\r\n\r\n", "\r\r"])
    for (const size of [1, 2, 3, 7, 4096]) {
      // More than is kept.
      const long = `data: ${"x".repeat(20 * size)}`;
      const texts = [end, "data: a", usage, "data: b", usage, long, "data: c"];
      const sent = texts.join(end) + end;
      const rest = texts.filter((text) => text !== usage).join(end) + end;
      const pieces = Array.from(
        { length: Math.ceil(sent.length / size) },
        (_, i) => sent.slice(i * size, (i + 1) * size),
      );
      const { fetch } = await start(t, () => sse(pieces).response, {
        llm: { includeUsage: true },
      });
      const got = await (await fetch(CHAT, streaming)).text();
      assert.ok(got === rest, `${JSON.stringify(end)} in pieces of ${size}`);
    }
});

async function serve(t, handler) {
  const server = createServer(handler);
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}
