// How the span of a call ends: once, and marked with the result of its answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  getTracer,
  LaminarAttributes,
  observe,
  TracingLevel,
  withTracingLevel,
} from "laminar-edge";
import { instrumentFetch, tracedFetch } from "laminar-edge/llm";
import {
  answering,
  CHAT,
  completion,
  eventOf,
  events,
  json,
  Laminar,
  post,
  question,
  sse,
  start,
} from "./support.mjs";

const streaming = post({ ...question, stream: true });
const INCOMPLETE = "laminar.incomplete";
const output = ({ attributes }) => attributes["gen_ai.output.messages"] ?? "";

test("a flush ends the span of an unread answer as incomplete", async (t) => {
  const { fetch, one } = await start(t, () => sse().response);
  await fetch(CHAT, streaming);
  const span = await one();
  assert.equal(span.attributes[INCOMPLETE], true);
  assert.equal(output(span), "");
  assert.deepEqual(span.events, []);
});

test("forceFlush ends the span with what has arrived, and the stream goes on", async (t) => {
  const { response } = sse();
  const { fetch, collector } = await start(t, () => response);
  const reader = (await fetch(CHAT, streaming)).body.getReader();
  await reader.read();
  await reader.read();
  await Laminar.forceFlush();
  let rest = 0;
  while (!(await reader.read()).done) rest++;
  assert.equal(rest, 3);
  await Laminar.flush();
  assert.equal(collector.spans.length, 1);
  const [span] = collector.spans;
  assert.equal(span.attributes[INCOMPLETE], true);
  assert.match(output(span), /"be"/);
});

test("a stream without its end mark is incomplete", async (t) => {
  const { fetch, one } = await start(t, () => sse(events.slice(0, 2)).response);
  await (await fetch(CHAT, streaming)).text();
  const span = await one();
  assert.equal(span.attributes[INCOMPLETE], true);
  assert.equal(span.status.code, 0);
});

test("a flush ends the span of a stream whose reader released it", async (t) => {
  const { fetch, one } = await start(t, () => sse().response);
  const reader = (await fetch(CHAT, streaming)).body.getReader();
  await reader.read();
  await reader.read();
  reader.releaseLock();
  const span = await one();
  assert.equal(span.attributes[INCOMPLETE], true);
  assert.match(output(span), /"be"/);
});

test("an error inside a stream is recorded although the client cancels then", async (t) => {
  const error = { error: { message: "overloaded", type: "server_error" } };
  const { fetch, one } = await start(
    t,
    () => sse([events[1], eventOf(error)], { open: true }).response,
  );
  const reader = (await fetch(CHAT, streaming)).body.getReader();
  await reader.read();
  await reader.read();
  await reader.cancel();
  const span = await one();
  assert.equal(span.attributes["error.type"], "server_error");
  assert.equal(span.attributes["gen_ai.response.cancelled"], undefined);
  assert.equal(span.status.code, 2);
  const [event] = span.events;
  assert.equal(event.attributes["exception.message"], "overloaded");
});

test("a cancel after the end mark is no cancellation", async (t) => {
  const { response } = sse(events, { open: true });
  const { fetch, one } = await start(t, () => response);
  const reader = (await fetch(CHAT, streaming)).body.getReader();
  for (const _ of events) await reader.read();
  await reader.cancel();
  const { attributes } = await one();
  assert.equal(attributes["gen_ai.response.cancelled"], undefined);
  assert.equal(attributes[INCOMPLETE], undefined);
});

test("a body that is read after its span ended changes nothing", async (t) => {
  const { fetch, collector } = await start(t, () => sse().response);
  const answer = await fetch(CHAT, streaming);
  await Laminar.forceFlush();
  assert.equal(await answer.text(), events.join(""));
  await Laminar.flush();
  assert.equal(collector.spans.length, 1);
});

test("each attempt of a client is a numbered span, and a discarded answer has its error", async (t) => {
  const slow = { error: { code: "rate_limit_exceeded", message: "slow down" } };
  const { fetch, spans } = await start(t, (n) =>
    n < 2 ? json(slow, { status: 429 }) : json(),
  );
  for (const attempt of [0, 1, 2]) {
    const answer = await fetch(
      CHAT,
      post(question, {
        headers: { "X-Stainless-Retry-Count": String(attempt) },
      }),
    );
    if (answer.ok) await answer.json();
    else await answer.body.cancel();
  }
  const found = await spans();
  assert.deepEqual(
    found.map(({ attributes }) => attributes["gen_ai.request.retry_count"]),
    [0n, 1n, 2n],
  );
  for (const { attributes, events: told } of found.slice(0, 2)) {
    assert.equal(attributes["error.type"], "rate_limit_exceeded");
    assert.equal(told.length, 1);
    assert.equal(attributes["gen_ai.response.cancelled"], undefined);
    assert.equal(attributes["gen_ai.usage.input_tokens"], undefined);
    assert.ok(attributes["gen_ai.input.messages"]);
  }
  assert.equal(found[2].attributes["error.type"], undefined);
});

test("concurrent calls have their own parents", async (t) => {
  const { fetch, delivered } = await start(t, async (n) => {
    await new Promise((done) => setTimeout(done, n % 3));
    return sse().response;
  });
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      observe({ name: `outer ${n}` }, async () => {
        await new Promise((done) => setTimeout(done, n % 4));
        const messages = [{ role: "user", content: `question ${n}` }];
        await (
          await fetch(CHAT, post({ ...question, messages, stream: true }))
        ).text();
      }),
    ),
  );
  const { spans } = await delivered();
  const inner = spans.filter(({ name }) => name.startsWith("chat"));
  assert.equal(inner.length, 20);
  for (const { parentSpanId, attributes } of inner) {
    const { name } = spans.find(({ spanId }) => spanId === parentSpanId);
    assert.match(
      attributes["gen_ai.input.messages"],
      new RegExp(`question ${name.slice(6)}"`),
    );
  }
});

test("name, parent, tags and metadata come from the wrapper or from a callback", async (t) => {
  const { fetch, delivered } = await start(t, undefined, {
    llm: { name: "mine", tags: ["all"] },
  });
  const parent = Laminar.startSpan({ name: "parent" });
  await (await fetch(CHAT, post())).text();
  await Laminar.withLLMOptions(
    { name: "here", parent, tags: ["one"], metadata: { a: 1 } },
    async () => {
      await null;
      await (await fetch(CHAT, post())).text();
    },
  );
  parent.end();
  const { spans } = await delivered();
  const [mine, here] = ["mine", "here"].map((name) =>
    spans.find((span) => span.name === name),
  );
  assert.deepEqual(mine.attributes["lmnr.association.properties.tags"], [
    "all",
  ]);
  assert.equal(mine.parentSpanId, "");
  assert.deepEqual(here.attributes["lmnr.association.properties.tags"], [
    "one",
  ]);
  assert.equal(here.attributes["lmnr.association.properties.metadata.a"], 1n);
  assert.equal(
    here.parentSpanId,
    spans.find(({ name }) => name === "parent").spanId,
  );
});

test("the option `parent` is used where no span is active", async (t) => {
  const { delivered } = await start(t);
  const parent = Laminar.startSpan({ name: "parent" });
  const { fetch } = answering();
  const traced = tracedFetch({ fetch, parent });
  await (await traced(CHAT, post())).text();
  await observe({ name: "outer" }, async () =>
    (await traced(CHAT, post())).text(),
  );
  parent.end();
  const { spans } = await delivered();
  const parents = spans
    .filter(({ name }) => name.startsWith("chat"))
    .map(
      ({ parentSpanId }) =>
        spans.find(({ spanId }) => spanId === parentSpanId).name,
    );
  assert.deepEqual(parents, ["parent", "outer"]);
});

for (const [how, around] of Object.entries({
  "an LLM span of observe": (action) =>
    observe({ name: "own", spanType: "LLM" }, action),
  "a tracer's span of a chat": (action) =>
    getTracer().startActiveSpan(
      "chat m",
      { attributes: { "gen_ai.operation.name": "chat" } },
      async (span) => {
        await action();
        span.end();
      },
    ),
  "a step of the AI SDK 5 or 6": (action) =>
    getTracer().startActiveSpan("ai.streamText.doStream", async (span) => {
      await action();
      span.end();
    }),
}))
  test(`a call below ${how} is not counted again`, async (t) => {
    const { fetch, delivered } = await start(t);
    await around(async () => {
      await (await fetch(CHAT, post())).text();
    });
    const { spans } = await delivered();
    assert.deepEqual(
      spans.map(
        ({ attributes }) => LaminarAttributes.INPUT_TOKEN_COUNT in attributes,
      ),
      [false],
    );
  });

test("a call through several wrappers has one span", async (t) => {
  const { one } = await start(t);
  const { fetch, asked } = answering(async () => {
    await null;
    return json();
  });
  const before = globalThis.fetch;
  globalThis.fetch = fetch;
  t.after(() => (globalThis.fetch = before));
  const restore = instrumentFetch();
  assert.equal(instrumentFetch(), restore);
  const twice = tracedFetch({ fetch: tracedFetch() });
  const outer = tracedFetch({ fetch: async (...args) => twice(...args) });
  await (await outer(CHAT, post())).text();
  assert.equal(asked.length, 1);
  restore();
  assert.equal(globalThis.fetch, fetch);
  globalThis.fetch = before;
  assert.ok(await one());
});

test("the global fetch is traced until that is undone", async (t) => {
  const { spans } = await start(t);
  const before = globalThis.fetch;
  t.after(() => (globalThis.fetch = before));
  const { fetch } = answering();
  globalThis.fetch = fetch;
  const restore = instrumentFetch({ name: "global" });
  const traced = globalThis.fetch;
  assert.notEqual(traced, fetch);
  assert.equal(traced.name, fetch.name);
  assert.equal(traced.length, fetch.length);
  await (await globalThis.fetch(CHAT, post())).text();
  await (await Laminar.fetch(CHAT, post())).text();
  // Another library wraps ours. After `undo`, ours passes calls through.
  globalThis.fetch = (...args) => traced(...args);
  restore();
  assert.notEqual(globalThis.fetch, fetch);
  await (await globalThis.fetch(CHAT, post())).text();
  globalThis.fetch = before;
  assert.deepEqual(
    (await spans()).map(({ name }) => name),
    ["global", "chat gpt-4o-mini"],
  );
});

test("with OFF or without initialize, fetch's own promise is returned without a span", async (t) => {
  const promise = Promise.resolve(json());
  const traced = tracedFetch({ fetch: () => promise });
  const { spans } = await start(t);
  withTracingLevel(TracingLevel.OFF, () =>
    assert.equal(traced(CHAT, post()), promise),
  );
  assert.deepEqual(await spans(), []);
  await Laminar.shutdown();
  assert.equal(traced(CHAT, post()), promise);
});

test("META_ONLY records everything but messages", async (t) => {
  const { fetch, one } = await start(t);
  await withTracingLevel(TracingLevel.META_ONLY, async () =>
    (await fetch(CHAT, post())).text(),
  );
  const { attributes } = await one();
  assert.equal(attributes["gen_ai.usage.input_tokens"], 8n);
  assert.doesNotMatch(text(attributes), /why\?|because/);
});

test("recordInputs, recordOutputs and mask keep back what they should", async (t) => {
  const { fetch, spans } = await start(t, undefined, {
    mask: (key, value) =>
      typeof value === "string"
        ? value.replaceAll("because", "[masked]")
        : value,
    llm: { recordInputs: false },
  });
  await (
    await fetch(
      CHAT,
      post({
        ...question,
        tools: [{ type: "function", function: { name: "find_secret" } }],
      }),
    )
  ).text();
  const quiet = tracedFetch({
    fetch: async () => json(),
    recordOutputs: false,
  });
  await (await quiet(CHAT, post())).text();
  const [masked, silent] = await spans();
  assert.doesNotMatch(text(masked.attributes), /why\?|because|find_secret/);
  assert.match(output(masked), /\[masked\]/);
  assert.doesNotMatch(text(silent.attributes), /because/);
  assert.match(silent.attributes["gen_ai.input.messages"], /why\?/);
});

test("a mask that throws removes the attributes and does not break the call", async (t) => {
  const { fetch, one } = await start(t, undefined, {
    mask(key, value) {
      if (key.startsWith("gen_ai.")) throw new Error("no");
      return value;
    },
  });
  assert.deepEqual(await (await fetch(CHAT, post())).json(), completion);
  const { attributes } = await one();
  assert.deepEqual(
    Object.keys(attributes).filter((key) => key.startsWith("gen_ai.")),
    [],
  );
  assert.equal(attributes["http.response.status_code"], 200n);
});

test("a message too large for a request is left out, and the span is sent", async (t) => {
  const { fetch, spans } = await start(t);
  for (const content of ["é".repeat(2_050_000), "é".repeat(1_500_000)]) {
    const messages = [{ role: "user", content }];
    await (await fetch(CHAT, post({ ...question, messages }))).text();
  }
  const [large, fits] = await spans();
  assert.deepEqual(large.attributes["laminar.left_out"], [
    "gen_ai.input.messages",
  ]);
  assert.equal(large.attributes["gen_ai.usage.input_tokens"], 8n);
  assert.match(output(large), /because/);
  assert.ok(fits.attributes["gen_ai.input.messages"].length > 1_500_000);
});

test("invalid options warn once, and an invalid recordInputs records no input", async (t) => {
  const { one } = await start(t);
  const { fetch } = answering();
  const traced = tracedFetch({
    fetch,
    recordInputs: "no",
    mediaLimit: -1,
    providers: 5,
    name: 7,
  });
  await (await traced(CHAT, post())).text();
  const { attributes, name } = await one();
  assert.equal(attributes["gen_ai.input.messages"], undefined);
  assert.equal(name, "chat gpt-4o-mini");
});

const text = (value) =>
  JSON.stringify(value, (_, each) =>
    typeof each === "bigint" ? String(each) : each,
  );
