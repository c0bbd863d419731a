// The openai package, observed: its promises start when they are awaited, in one of several ways, and its
// streams and pages can be read in other ways than iteration.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import OpenAI from "openai";
import { observe } from "laminar-edge";
import { startSending } from "../support/results.mjs";

let sent;
before(async (t) => ({ sent } = await startSending(t)));

const completion = {
  id: "c1",
  object: "chat.completion",
  model: "m",
  choices: [
    {
      index: 0,
      finish_reason: "stop",
      message: { role: "assistant", content: "Hello" },
    },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};
const deltas = ["Hel", "lo"].map((content, at) => ({
  id: "c1",
  object: "chat.completion.chunk",
  model: "m",
  choices: [
    {
      index: 0,
      delta: { role: "assistant", content },
      finish_reason: at === 1 ? "stop" : null,
    },
  ],
}));

function clientOf(answer) {
  const asked = [];
  const client = new OpenAI({
    apiKey: "k",
    maxRetries: 0,
    async fetch(url, { body } = {}) {
      asked.push(url);
      return answer?.(url) ?? answerTo(url, body);
    },
  });
  return { client, asked };
}

function answerTo(url, body) {
  if (String(url).includes("/models")) return json(page(["a", "b"]));
  const { stream } = JSON.parse(body);
  if (!stream) return json(completion);
  const events = [...deltas.map((each) => JSON.stringify(each)), "[DONE]"];
  return new Response(events.map((each) => `data: ${each}\n\n`).join(""), {
    headers: { "content-type": "text/event-stream" },
  });
}

const page = (ids) => ({
  object: "list",
  data: ids.map((id) => ({ id, object: "model" })),
});
const json = (value, init) =>
  new Response(JSON.stringify(value), {
    headers: { "content-type": "application/json", "x-request-id": "r1" },
    ...init,
  });
const ask = { model: "m", messages: [{ role: "user", content: "Hi" }] };
const contents = (chunks) =>
  chunks.map((each) => each.choices[0].delta.content).join("");

test("create: the awaited answer is the output, and one request is made", async () => {
  const { client, asked } = clientOf();
  let made;
  const got = observe(
    { name: "await" },
    () => (made = client.chat.completions.create(ask)),
  );
  assert.equal(got, made);
  assert.equal((await got).choices[0].message.content, "Hello");
  assert.equal((await got).id, "c1");
  assert.equal(asked.length, 1);
  assert.equal((await sent("await")).output.id, "c1");
});

test("create().asResponse() gives an unread body", async () => {
  const { client } = clientOf();
  const response = await observe({ name: "asResponse" }, () =>
    client.chat.completions.create(ask),
  ).asResponse();
  assert.equal((await response.json()).id, "c1");
  assert.ok(await sent("asResponse"));
});

test("create().withResponse() gives both, and the answer is the output", async () => {
  const { client } = clientOf();
  const { data, response, request_id } = await observe(
    { name: "withResponse" },
    () => client.chat.completions.create(ask),
  ).withResponse();
  assert.equal(data.id, "c1");
  assert.equal(response.status, 200);
  assert.equal(request_id, "r1");
  const { output } = await sent("withResponse");
  assert.equal((output.data ?? output).id, "c1");
});

test("catch, finally and Promise.all also take the answer", async () => {
  const { client } = clientOf();
  const create = () => client.chat.completions.create(ask);
  await observe({ name: "catch" }, create).catch(() => assert.fail());
  await observe({ name: "finally" }, create).finally(() => {});
  await Promise.all([observe({ name: "all" }, create)]);
  for (const name of ["catch", "finally", "all"])
    assert.equal((await sent(name)).output.id, "c1", name);
});

test("a failed request rejects with the library's error, however it is taken", async () => {
  const fail = () => json({ error: { message: "no" } }, { status: 401 });
  const { client } = clientOf(fail);
  const create = () => client.chat.completions.create(ask);
  await assert.rejects(
    async () => observe({ name: "401" }, create),
    OpenAI.AuthenticationError,
  );
  let caught;
  await observe({ name: "401 caught" }, create).catch((error) => {
    caught = error;
  });
  assert.ok(caught instanceof OpenAI.AuthenticationError);
  await assert.rejects(
    observe({ name: "401 withResponse" }, create).withResponse(),
    OpenAI.AuthenticationError,
  );
  for (const name of ["401", "401 caught", "401 withResponse"])
    assert.match((await sent(name)).exception, /401 no/);
});

test("an answer that the function awaited itself is unchanged", async () => {
  const { client } = clientOf();
  const data = await observe({ name: "async" }, async () =>
    client.chat.completions.create(ask),
  );
  assert.equal(data.id, "c1");
  assert.equal((await sent("async")).output.id, "c1");
});

test("a parse in structured outputs", async () => {
  const { client } = clientOf();
  const parsed = await observe({ name: "parse" }, () =>
    client.chat.completions.parse(ask),
  );
  assert.equal(parsed.choices[0].message.content, "Hello");
  assert.equal((await sent("parse")).output.id, "c1");
});

const streaming = { ...ask, stream: true };
for (const [how, read] of Object.entries({
  iterated: async (stream) => {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return contents(chunks);
  },
  "by tee": async (stream) => {
    const [one, other] = stream.tee();
    const texts = await Promise.all(
      [one, other].map(async (each) => {
        const chunks = [];
        for await (const chunk of each) chunks.push(chunk);
        return contents(chunks);
      }),
    );
    assert.equal(texts[0], texts[1]);
    return texts[0];
  },
  "by toReadableStream": async (stream) => {
    const text = await new Response(stream.toReadableStream()).text();
    return contents(text.trim().split("\n").map(JSON.parse));
  },
}))
  test(`a stream ${how}`, async () => {
    const { client, asked } = clientOf();
    const name = `stream ${how}`;
    const stream = await observe({ name }, () =>
      client.chat.completions.create(streaming),
    );
    assert.equal(stream.constructor.name, "Stream");
    assert.ok(stream.controller instanceof AbortController);
    assert.equal(await read(stream), "Hello");
    assert.equal(asked.length, 1);
    const { output, incomplete } = await sent(name);
    assert.equal(contents(output.chunks), "Hello");
    assert.equal(incomplete, false);
  });

test("a stream from withResponse is followed", async () => {
  const { client } = clientOf();
  const { data } = await observe({ name: "stream withResponse" }, () =>
    client.chat.completions.create(streaming),
  ).withResponse();
  const chunks = [];
  for await (const chunk of data) chunks.push(chunk);
  assert.equal(contents(chunks), "Hello");
  const { output } = await sent("stream withResponse");
  assert.equal(contents(output.chunks), "Hello");
});

test("a stream that is left is incomplete", async () => {
  const { client } = clientOf();
  const stream = await observe({ name: "left" }, () =>
    client.chat.completions.create(streaming),
  );
  for await (const _ of stream) break;
  assert.equal((await sent("left")).incomplete, true);
});

for (const [how, read] of Object.entries({
  "finalContent()": (stream) => stream.finalContent(),
  "finalChatCompletion()": async (stream) =>
    (await stream.finalChatCompletion()).choices[0].message.content,
  "events and done()": async (stream) => {
    let text = "";
    const add = (delta) => (text += delta);
    const removed = () => assert.fail();
    stream.on("content", add).on("content", removed).off("content", removed);
    await stream.done();
    return text;
  },
  "events alone": (stream) =>
    new Promise((resolve) => stream.once("finalContent", resolve)),
  iteration: async (stream) => {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return contents(chunks);
  },
  "toReadableStream()": async (stream) => {
    const text = await new Response(stream.toReadableStream()).text();
    return contents(text.trim().split("\n").map(JSON.parse));
  },
}))
  test(`the stream helper read by ${how}`, async () => {
    const { client } = clientOf();
    const name = `helper by ${how}`;
    let made;
    const stream = observe(
      { name },
      () => (made = client.chat.completions.stream(ask)),
    );
    assert.equal(stream, made);
    assert.equal(await read(stream), "Hello");
    const { output, incomplete } = await sent(name);
    assert.equal(output.choices[0].message.content, "Hello");
    assert.equal(incomplete, false);
  });

test("a stream helper whose request fails rejects once", async () => {
  const { client } = clientOf(() =>
    json({ error: { message: "no" } }, { status: 401 }),
  );
  const stream = observe({ name: "helper fails" }, () =>
    client.chat.completions.stream(ask),
  );
  await assert.rejects(stream.finalContent(), OpenAI.AuthenticationError);
  assert.match((await sent("helper fails")).exception, /401 no/);
});

test("a stream helper that is aborted is incomplete", async () => {
  const { client } = clientOf();
  const stream = observe({ name: "helper aborted" }, () =>
    client.chat.completions.stream(ask),
  );
  stream.abort();
  await assert.rejects(stream.done(), OpenAI.APIUserAbortError);
  assert.equal((await sent("helper aborted")).incomplete, true);
});

test("a page is recorded as a value, by .data and by iteration", async () => {
  const { client } = clientOf();
  const list = () => client.models.list();
  const got = await observe({ name: "page" }, list);
  assert.deepEqual(
    got.data.map(({ id }) => id),
    ["a", "b"],
  );
  assert.equal(got.hasNextPage(), false);
  assert.deepEqual(
    (await sent("page")).output.data.map(({ id }) => id),
    ["a", "b"],
  );
  const ids = [];
  for await (const { id } of observe({ name: "pages" }, list)) ids.push(id);
  assert.deepEqual(ids, ["a", "b"]);
  assert.ok(await sent("pages"));
  const awaited = await observe({ name: "async page" }, async () => list());
  assert.equal(awaited.data.length, 2);
  assert.equal((await sent("async page")).output.data.length, 2);
});
