// A traced fetch does not disturb its caller, and does not record what it must not.

import test from "node:test";
import assert from "node:assert/strict";
import { Laminar, observe } from "laminar-edge";
import { instrumentFetch, tracedFetch } from "laminar-edge/llm";
import { startSession } from "../package/support/session.mjs";
import { startStandIn } from "./stand-in/server.mjs";
import { readCase } from "./support/cases.mjs";
import { wrongWith } from "./support/check.mjs";
import { readMessages } from "./support/shapes.mjs";

const URL_ = "https://api.openai.com/v1/chat/completions";
const isLlm = ({ attributes }) => attributes["lmnr.span.type"] === "LLM";
const post = (body) => ({ method: "POST", body: JSON.stringify(body) });

/** Returns a fetch that answers with a case. */
function answering(id) {
  const { body, response } = readCase(id);
  return async () =>
    new Response(body, {
      status: response.status,
      headers: { "content-type": response.contentType },
    });
}

/** Traces one call of `request` and resolves to its span. */
async function spanOf(session, options, { url = URL_, request, answer }) {
  const call = tracedFetch({ fetch: answering(answer), ...options });
  await (await call(url, post(request))).text();
  const { spans } = await session.delivered();
  assert.equal(spans.length, 1);
  return spans[0];
}

test("the wrapper reads at most one chunk ahead of a slow reader", async (t) => {
  const session = await startSession(t);
  const encoder = new TextEncoder();
  const body = () => {
    let pulled = 0;
    const stream = new ReadableStream(
      {
        pull(controller) {
          pulled += 1;
          const choices = [{ index: 0, delta: { content: "word " } }];
          const event = `data: ${JSON.stringify({ choices })}\n\n`;
          if (pulled > 1_000) controller.close();
          else controller.enqueue(encoder.encode(event));
        },
      },
      { highWaterMark: 0 },
    );
    return { stream, pulled: () => pulled };
  };
  const upstream = body();
  const call = tracedFetch({
    fetch: async () =>
      new Response(upstream.stream, {
        headers: { "content-type": "text/event-stream" },
      }),
  });
  const response = await call(
    URL_,
    post({ model: "m", messages: [], stream: true }),
  );
  await new Promise((done) => setTimeout(done, 20));
  assert.ok(upstream.pulled() <= 1, `${upstream.pulled()} before any read`);
  const reader = response.body.getReader();
  for (let read = 1; read <= 5; read++) {
    await reader.read();
    await new Promise((done) => setTimeout(done, 5));
    assert.ok(upstream.pulled() <= read + 1, `${upstream.pulled()} of ${read}`);
  }
  await reader.cancel();
  const { spans } = await session.delivered();
  assert.equal(spans.length, 1);
});

test("each chunk reaches the reader before the next one is sent", async (t) => {
  const session = await startSession(t);
  const found = readCase("openai-chat/stream-text");
  const releases = [];
  const gates = Array.from(
    { length: 8 },
    () => new Promise((release) => releases.push(release)),
  );
  const standIn = await startStandIn({
    answers: { case: found.id, gate: (at) => gates[at] },
  });
  t.after(() => standIn.close());
  const call = tracedFetch({ fetch: standIn.fetch });
  // No byte of the body has been sent when this resolves.
  const response = await call(found.url, post(found.request));
  assert.equal(standIn.requests[0].written, 0);
  const reader = response.body.getReader();
  let length = 0;
  for (const release of releases) {
    release();
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    assert.equal(standIn.requests[0].written, length);
    // The first token comes later than the first chunk, which has only a role.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  while (!(await reader.read()).done);
  const { spans } = await session.delivered();
  assert.deepEqual(wrongWith(spans[0], found.span), []);
  const { attributes } = spans[0];
  assert.ok(
    attributes["gen_ai.response.time_to_first_token"] >
      attributes["gen_ai.response.time_to_first_chunk"],
  );
});

test("the Response of a JSON answer resolves before its body arrives", async (t) => {
  const session = await startSession(t);
  const found = readCase("openai-chat/plain");
  let release;
  const gate = new Promise((resolve) => (release = resolve));
  const standIn = await startStandIn({
    answers: { case: found.id, gate: () => gate },
  });
  t.after(() => standIn.close());
  const call = tracedFetch({ fetch: standIn.fetch });
  const response = await call(found.url, post(found.request));
  assert.equal(response.status, 200);
  release();
  assert.deepEqual(await response.json(), JSON.parse(found.body));
  const { spans } = await session.delivered();
  assert.deepEqual(wrongWith(spans[0], found.span), []);
});

test("a flush ends the span of an unread answer and marks it as incomplete", async (t) => {
  const session = await startSession(t);
  const found = readCase("openai-chat/stream-text");
  const call = tracedFetch({ fetch: answering(found.id) });
  const response = await call(found.url, post(found.request));
  const { spans } = await session.delivered();
  assert.equal(spans.length, 1);
  assert.equal(spans[0].attributes["laminar.incomplete"], true);
  assert.ok("gen_ai.input.messages" in spans[0].attributes);
  // It can still be read completely, and is not counted again.
  assert.equal(await response.text(), String(found.body));
  assert.equal((await session.delivered()).spans.length, 1);
});

test("for a request that is no LLM call, fetch's own promise is returned", async (t) => {
  await startSession(t);
  const promise = Promise.resolve(new Response("{}"));
  const call = tracedFetch({ fetch: () => promise });
  assert.equal(call("https://example.com/"), promise);
  assert.equal(call("https://api.openai.com/v1/models"), promise);
});

test("a failed fetch rejects with the same reason, which its span records", async (t) => {
  const session = await startSession(t);
  const reason = new TypeError("fetch failed");
  const call = tracedFetch({ fetch: () => Promise.reject(reason) });
  await assert.rejects(
    call(URL_, post({ model: "m", messages: [] })),
    (error) => {
      return error === reason;
    },
  );
  const { spans } = await session.delivered();
  assert.equal(spans.length, 1);
  assert.equal(spans[0].status.code, 2);
  assert.equal(spans[0].attributes["error.type"], "TypeError");
  const [{ attributes }] = spans[0].events;
  assert.equal(attributes["exception.message"], "fetch failed");
});

test("a call inside an LLM span of the program counts once", async (t) => {
  const session = await startSession(t);
  const { request } = readCase("openai-chat/plain");
  const call = tracedFetch({ fetch: answering("openai-chat/plain") });
  await observe({ name: "mine", spanType: "LLM" }, async () =>
    (await call(URL_, post(request))).text(),
  );
  const { spans } = await session.delivered();
  const counted = spans.filter(
    ({ attributes }) => attributes["gen_ai.usage.input_tokens"] !== undefined,
  );
  assert.ok(counted.length <= 1);
  assert.equal(spans.filter(isLlm).length, 1);
});

test("a call through three traced fetches counts once", async (t) => {
  const session = await startSession(t);
  const { request, span } = readCase("openai-chat/structured-output");
  const real = globalThis.fetch;
  t.after(() => (globalThis.fetch = real));
  globalThis.fetch = answering("openai-chat/structured-output");
  const bare = globalThis.fetch;
  const restore = instrumentFetch();
  const call = tracedFetch({ fetch: tracedFetch() });
  await (await call(URL_, post(request))).text();
  restore();
  assert.equal(globalThis.fetch, bare);
  globalThis.fetch = real;
  const { spans } = await session.delivered();
  assert.equal(spans.length, 1);
  assert.deepEqual(wrongWith(spans[0], span), []);
});

test("recordInputs: false leaves out messages and tools", async (t) => {
  const session = await startSession(t);
  const found = readCase("openai-chat/stream-two-tools");
  const options = { recordInputs: false };
  const { attributes } = await spanOf(session, options, {
    request: found.request,
    answer: found.id,
  });
  assert.ok(!("gen_ai.input.messages" in attributes));
  assert.ok(!("gen_ai.tool.definitions" in attributes));
  assert.ok(readMessages(JSON.parse(attributes["gen_ai.output.messages"])));
  assert.equal(attributes["gen_ai.usage.input_tokens"], 88n);
  assert.ok(
    !JSON.stringify(Object.values(attributes).map(String)).includes(
      "You are terse",
    ),
  );
});

test("recordOutputs: false leaves out the answer", async (t) => {
  const session = await startSession(t);
  const found = readCase("anthropic/stream-thinking");
  const options = { recordOutputs: false };
  const { attributes } = await spanOf(session, options, {
    url: found.url,
    request: found.request,
    answer: found.id,
  });
  assert.ok(!("gen_ai.output.messages" in attributes));
  assert.ok("gen_ai.input.messages" in attributes);
  assert.ok(!String(Object.values(attributes)).includes("Six sevens"));
});

const MEDIA = {
  "a picture of OpenAI": {
    url: URL_,
    answer: "openai-chat/two-choices",
    request: (data) => ({
      model: "gpt-4o-mini",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            {
              type: "image_url",
              image_url: { url: `data:image/png;base64,${data}` },
            },
          ],
        },
      ],
    }),
  },
  "a picture of Anthropic": {
    url: "https://api.anthropic.com/v1/messages",
    answer: "anthropic/plain",
    request: (data) => ({
      model: "claude-sonnet-4-6",
      max_tokens: 5,
      messages: [
        {
          role: "user",
          content: [
            {
              type: "image",
              source: { type: "base64", media_type: "image/png", data },
            },
            { type: "text", text: "What is this?" },
          ],
        },
      ],
    }),
  },
  "a picture of Gemini": {
    url: "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent",
    answer: "gemini/safety",
    request: (data) => ({
      contents: [
        {
          role: "user",
          parts: [
            { text: "What is this?" },
            { inlineData: { mimeType: "image/png", data } },
          ],
        },
      ],
    }),
  },
};

for (const [what, { url, answer, request }] of Object.entries(MEDIA))
  test(`${what} above mediaLimitBytes is replaced by its type; below it is recorded`, async (t) => {
    const session = await startSession(t);
    const large = "QUJD".repeat(30_000);
    const input = async (options, data) => {
      session.collector.requests.length = 0;
      const { attributes } = await spanOf(session, options, {
        url,
        answer,
        request: request(data),
      });
      return attributes["gen_ai.input.messages"];
    };
    const cut = await input({}, large);
    assert.ok(cut.length < 2_000, `${cut.length} characters`);
    assert.match(cut, /image\/png/);
    const read = readMessages(JSON.parse(cut));
    assert.ok(read, "shown raw");
    assert.match(read.messages[0].text, /What is this\?/);

    for (const options of [
      { mediaLimitBytes: 1 << 20 },
      // The older name, which the newer one replaces.
      { mediaLimit: 1 << 20 },
      { mediaLimit: 0, mediaLimitBytes: 1 << 20 },
    ])
      assert.ok((await input(options, large)).includes(large));
    assert.ok((await input({}, "QUJD")).includes("QUJD"));
  });

test("very long lines and very deep JSON do not break a call", async (t) => {
  const session = await startSession(t);
  const bodies = [
    "data: " + "x".repeat(6 << 20),
    `data: {"choices":[{"index":0,"delta":{"content":"${"y".repeat(5 << 20)}"}}]}\n\ndata: [DONE]\n\n`,
    `data: ${"[".repeat(200_000)}\n\ndata: [DONE]\n\n`,
    `data: ${'{"a":'.repeat(200_000)}\n\ndata: [DONE]\n\n`,
  ];
  for (const body of bodies) {
    session.collector.requests.length = 0;
    const call = tracedFetch({
      fetch: async () =>
        new Response(body, {
          headers: { "content-type": "text/event-stream" },
        }),
    });
    const response = await call(
      URL_,
      post({
        model: "m",
        messages: [{ role: "user", content: "Hi" }],
        stream: true,
      }),
    );
    assert.equal(await response.text(), body);
    const { spans } = await session.delivered();
    assert.equal(spans.length, 1);
    assert.equal(spans[0].name, "chat m");
  }
});

test("a mask hides messages, also when it throws", async (t) => {
  const found = readCase("openai-chat/plain");
  for (const mask of [
    () => {
      throw new Error("no");
    },
    () => "hidden",
  ]) {
    const session = await startSession(t, { mask });
    const span = await spanOf(
      session,
      {},
      {
        request: found.request,
        answer: found.id,
      },
    );
    const text = String(Object.values(span.attributes));
    assert.ok(!text.includes("You are terse"), "the prompt is there");
    assert.ok(!text.includes("Cold, and warm"), "the answer is there");
    await Laminar.shutdown();
  }
});
