// Clients whose calls overlap each other, and other ways to trace the same call.

import test from "node:test";
import assert from "node:assert/strict";
import * as ai5 from "ai5";
import * as ai6 from "ai6";
import * as ai7 from "ai7";
import Anthropic from "anthropic1";
import { GoogleGenAI } from "genai2";
import OpenAI from "openai7";
import { createOpenAI as createOpenAI5 } from "openai-of-ai5";
import { createOpenAI as createOpenAI6 } from "openai-of-ai6";
import { createOpenAI as createOpenAI7 } from "openai-of-ai7";
import { observe, registerAiSdkTelemetry, wrapAISDK } from "laminar-edge";
import {
  instrumentFetch,
  tracedFetch,
  wrapAnthropic,
  wrapGoogleGenAI,
  wrapOpenAI,
} from "laminar-edge/llm";
import { startSession } from "../../package/support/session.mjs";
import { startStandIn } from "../stand-in/server.mjs";
import { readCase } from "../support/cases.mjs";
import { wrongWith } from "../support/check.mjs";
import { readMessages } from "../support/shapes.mjs";

const isOutermost = ({ parentSpanId }) => parentSpanId === "";
const isLlm = ({ attributes }) => attributes["lmnr.span.type"] === "LLM";
const tokensOf = (spans) =>
  spans
    .map(({ attributes }) => attributes["gen_ai.usage.input_tokens"])
    .filter((count) => count !== undefined);

async function start(t, answers) {
  const session = await startSession(t);
  const standIn = await startStandIn({ answers });
  t.after(() => standIn.close());
  return { session, standIn };
}
const openAi = (standIn) =>
  new OpenAI({ apiKey: "planted-key", fetch: standIn.fetch, maxRetries: 0 });

/** Answers with the question, word by word. */
function echo({ json }) {
  const { content } = json.messages.at(-1);
  const chunk = (delta, finish_reason = null) => ({
    id: content,
    object: "chat.completion.chunk",
    model: "gpt-4o-mini",
    choices: [{ index: 0, delta, finish_reason }],
  });
  const chunks = [
    chunk({ role: "assistant", content: "" }),
    ...content.split(/(?= )/).map((word) => chunk({ content: word })),
    chunk({}, "stop"),
  ].map((each) => `data: ${JSON.stringify(each)}\n\n`);
  return {
    contentType: "text/event-stream",
    body: `${chunks.join("")}data: [DONE]\n\n`,
    pauseMs: 1,
  };
}

test("concurrent calls of one client keep their own parents and messages", async (t) => {
  const { session, standIn } = await start(t, echo);
  const client = wrapOpenAI(openAi(standIn));
  const questions = Array.from(
    { length: 20 },
    (_, at) => `question ${at} of many`,
  );
  await Promise.all(
    questions.map((question) =>
      observe({ name: question }, async () => {
        const stream = await client.chat.completions.create({
          model: "gpt-4o-mini",
          messages: [{ role: "user", content: question }],
          stream: true,
        });
        let text = "";
        for await (const { choices } of stream)
          text += choices[0].delta.content ?? "";
        assert.equal(text, question);
      }),
    ),
  );
  const { spans } = await session.delivered();
  for (const question of questions) {
    const parent = spans.find(({ name }) => name === question);
    const children = spans.filter(
      ({ parentSpanId }) => parentSpanId === parent.spanId,
    );
    assert.equal(children.length, 1);
    const [{ attributes }] = children;
    assert.equal(attributes["gen_ai.response.id"], question);
    for (const side of ["input", "output"])
      assert.match(
        attributes[`gen_ai.${side}.messages`],
        new RegExp(`"content":"${question}"`),
      );
  }
});

test("a client is wrapped in place, and only once", async (t) => {
  const { session, standIn } = await start(t, "openai-chat/structured-output");
  const { request, span } = readCase("openai-chat/structured-output");
  const client = openAi(standIn);
  assert.equal(wrapOpenAI(wrapOpenAI(client)), client);
  assert.ok(client instanceof OpenAI);
  const restore = instrumentFetch();
  await client.withOptions({ timeout: 5_000 }).chat.completions.create(request);
  restore();
  const { spans } = await session.delivered();
  assert.equal(spans.length, 1);
  assert.deepEqual(wrongWith(spans[0], span), []);

  const other = new Anthropic({ apiKey: "planted-key", fetch: standIn.fetch });
  assert.equal(wrapAnthropic(wrapAnthropic(other)), other);
});

test("includeUsage asks for tokens, and the caller gets no further chunk", async (t) => {
  const withUsage = readCase("openai-chat/stream-text");
  const without = String(withUsage.body)
    .split(/(?<=\n\n)/)
    .filter((event) => !event.includes('"choices":[]'))
    .map((event) => event.replace('"usage":null,', ""))
    .join("");
  const { session, standIn } = await start(t, ({ json }) =>
    json.stream_options?.include_usage
      ? withUsage.id
      : { contentType: "text/event-stream", body: without },
  );
  const { stream_options, ...request } = withUsage.request;
  const chunksOf = async (client) => {
    const seen = [];
    for await (const chunk of await client.chat.completions.create(request))
      seen.push({ ...chunk, usage: chunk.usage ?? undefined });
    return seen;
  };
  const plain = await chunksOf(openAi(standIn));
  const asked = wrapOpenAI(openAi(standIn), { includeUsage: true });
  assert.deepEqual(await chunksOf(asked), plain);
  assert.equal(standIn.requests[1].json.stream_options.include_usage, true);
  const { spans } = await session.delivered();
  assert.equal(spans.length, 1);
  assert.deepEqual(wrongWith(spans[0], withUsage.span), []);
});

test("a flush ends the span of a stream that its client abandoned", async (t) => {
  const { session, standIn } = await start(t, {
    case: "gemini/stream-thoughts",
    hangAfter: 1,
  });
  // A loop over this client's stream neither reads on nor cancels when it is left.
  const client = wrapGoogleGenAI(
    new GoogleGenAI({
      apiKey: "planted-key",
      httpOptions: { fetch: standIn.fetch },
    }),
  );
  const stream = await client.models.generateContentStream({
    model: "gemini-2.5-flash",
    contents: "What is 6 times 7?",
  });
  for await (const _ of stream) break;
  const { spans } = await session.delivered();
  assert.equal(spans.length, 1);
  const [{ attributes, events, status }] = spans;
  assert.equal(attributes["laminar.incomplete"], true);
  const [message] = readMessages(
    JSON.parse(attributes["gen_ai.output.messages"]),
  ).messages;
  assert.equal(message.thinking, "Six ");
  assert.deepEqual(events, []);
  assert.equal(status.code, 0);
});

const AI = {
  5: [ai5, createOpenAI5],
  6: [ai6, createOpenAI6],
  7: [ai7, createOpenAI7],
};
for (const [version, [module, createOpenAI]] of Object.entries(AI))
  for (const kind of ["generateText", "streamText"])
    test(`AI SDK ${version}: ${kind} counts once with telemetry and a traced fetch`, async (t) => {
      const { session, standIn } = await start(
        t,
        kind === "streamText" ? "openai-chat/stream-text" : "openai-chat/plain",
      );
      const modern = typeof module.registerTelemetry === "function";
      if (modern) registerAiSdkTelemetry();
      const ai = modern ? module : wrapAISDK(module);
      const openai = createOpenAI({
        apiKey: "planted-key",
        fetch: tracedFetch({ fetch: standIn.fetch }),
      });
      const result = ai[kind]({
        model: openai.chat("gpt-4o-mini"),
        prompt: "Hi",
      });
      if (kind === "streamText") await result.consumeStream();
      else await result;
      // The outermost span of a stream ends a little later.
      for (let tries = 0; tries < 50; tries++) {
        if (session.collector.spans.some(isOutermost)) break;
        await new Promise((done) => setTimeout(done, 20));
        await session.delivered();
      }
      const { spans } = session.collector;
      assert.ok(spans.length >= 2, "the AI SDK's spans are there");
      // The server adds up the tokens of all spans.
      assert.deepEqual(tokensOf(spans).length, 1);
      assert.ok(spans.filter(isLlm).length <= 1);
    });
