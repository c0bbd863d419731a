// The @anthropic-ai/sdk package, observed: lazy promises, pages, and streams read by iteration, by events and
// by methods that collect them.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { Laminar, observe } from "laminar-edge";
import { startSending } from "../support/results.mjs";

let sent;
before(async (t) => ({ sent } = await startSending(t)));

const message = {
  id: "m1",
  type: "message",
  role: "assistant",
  model: "m",
  content: [{ type: "text", text: "Hello" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
};
const delta = (text) => ({
  type: "content_block_delta",
  index: 0,
  delta: { type: "text_delta", text },
});
const events = [
  { type: "message_start", message: { ...message, content: [] } },
  {
    type: "content_block_start",
    index: 0,
    content_block: { type: "text", text: "" },
  },
  delta("Hel"),
  delta("lo"),
  { type: "content_block_stop", index: 0 },
  {
    type: "message_delta",
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { output_tokens: 1 },
  },
  { type: "message_stop" },
];
const client = new Anthropic({
  apiKey: "k",
  maxRetries: 0,
  async fetch(url, { body } = {}) {
    if (String(url).includes("/models"))
      return json({ data: [{ id: "a" }, { id: "b" }], has_more: false });
    const { stream, model } = JSON.parse(body);
    if (model === "none") return json({ error: { message: "no" } }, 404);
    if (!stream) return json(message);
    const lines = events.map(
      (each) => `event: ${each.type}\ndata: ${JSON.stringify(each)}\n\n`,
    );
    return new Response(lines.join(""), {
      headers: { "content-type": "text/event-stream" },
    });
  },
});
const json = (value, status = 200) =>
  new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", "request-id": "r1" },
  });
const ask = {
  model: "m",
  max_tokens: 9,
  messages: [{ role: "user", content: "Hi" }],
};
const create = () => client.messages.create(ask);

test("create can be taken in every way", async () => {
  assert.equal((await observe({ name: "await" }, create)).id, "m1");
  const response = await observe({ name: "asResponse" }, create).asResponse();
  assert.equal((await response.json()).id, "m1");
  const both = await observe({ name: "withResponse" }, create).withResponse();
  assert.equal(both.data.id, "m1");
  assert.equal(both.request_id, "r1");
  await observe({ name: "then" }, create).then(({ id }) => id);
  assert.equal((await sent("await")).output.id, "m1");
  assert.equal((await sent("then")).output.id, "m1");
  assert.ok(await sent("asResponse"));
  assert.ok(await sent("withResponse"));
});

test("withSpan reads nothing before the program does", async () => {
  const span = Laminar.startSpan({ name: "withSpan" });
  const response = await Laminar.withSpan(span, create, true).asResponse();
  assert.equal((await response.json()).id, "m1");
  assert.ok(await sent("withSpan"));
  const failing = Laminar.startSpan({ name: "withSpan fails" });
  await assert.rejects(async () =>
    Laminar.withSpan(
      failing,
      () => client.messages.create({ ...ask, model: "none" }),
      true,
    ),
  );
  assert.match((await sent("withSpan fails")).exception, /no/);
});

test("a stream of create is followed", async () => {
  const stream = await observe({ name: "stream" }, () =>
    client.messages.create({ ...ask, stream: true }),
  );
  const seen = [];
  for await (const event of stream) seen.push(event.type);
  assert.equal(seen.length, events.length);
  const { output } = await sent("stream");
  assert.deepEqual(
    output.chunks.map(({ type }) => type),
    seen,
  );
});

for (const [how, read] of Object.entries({
  "finalMessage()": async (stream) => (await stream.finalMessage()).content,
  "finalText()": async (stream) => {
    assert.equal(await stream.finalText(), "Hello");
  },
  "events and done()": async (stream) => {
    let text = "";
    stream.on("text", (part) => (text += part));
    await stream.done();
    assert.equal(text, "Hello");
  },
  "withResponse(), then iteration": async (stream) => {
    const { data, request_id } = await stream.withResponse();
    assert.equal(data, stream);
    assert.equal(request_id, null);
    for await (const _ of data);
  },
  "toReadableStream()": async (stream) => {
    const text = await new Response(stream.toReadableStream()).text();
    assert.equal(text.trim().split("\n").length, events.length);
  },
}))
  test(`messages.stream read by ${how}`, async () => {
    const name = `stream by ${how}`;
    let made;
    const stream = observe(
      { name },
      () => (made = client.messages.stream(ask)),
    );
    assert.equal(stream, made);
    await read(stream);
    const { output, incomplete } = await sent(name);
    assert.equal(output.content[0].text, "Hello");
    assert.equal(incomplete, false);
  });

test("a stream that is left ends its span", async () => {
  const stream = observe({ name: "left" }, () => client.messages.stream(ask));
  for await (const _ of stream) break;
  assert.equal(stream.controller.signal.aborted, true);
  assert.ok(await sent("left"));
});

test("an uncaught error of a stream rejects as it does without observe", async () => {
  const rejections = async (make) => {
    const seen = [];
    const note = (error) => seen.push(error.constructor.name);
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", note);
    make();
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.removeListener("unhandledRejection", note);
    for (const each of others) process.on("unhandledRejection", each);
    return seen;
  };
  const make = () => client.messages.stream({ ...ask, model: "none" });
  const alone = await rejections(make);
  assert.deepEqual(alone, ["NotFoundError"]);
  const observed = await rejections(() => observe({ name: "unhandled" }, make));
  assert.deepEqual(observed, alone);
  assert.match((await sent("unhandled")).exception, /no/);
});

test("a page is recorded as a value", async () => {
  const page = await observe({ name: "page" }, () => client.models.list());
  assert.equal(page.data.length, 2);
  assert.equal((await sent("page")).output.data.length, 2);
});
