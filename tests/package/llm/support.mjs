// A session whose LLM calls a test answers itself.

import { Laminar } from "laminar-edge";
import { tracedFetch } from "laminar-edge/llm";
import { startSession } from "../support/session.mjs";

export const CHAT = "https://api.openai.com/v1/chat/completions";

export const question = {
  model: "gpt-4o-mini",
  messages: [{ role: "user", content: "why?" }],
};

export const completion = {
  id: "chatcmpl-1",
  object: "chat.completion",
  model: "gpt-4o-mini-2024-07-18",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "because" },
      finish_reason: "stop",
    },
  ],
  usage: { prompt_tokens: 8, completion_tokens: 4, total_tokens: 12 },
};

const delta = (content, finish_reason = null, role) => ({
  id: "chatcmpl-2",
  object: "chat.completion.chunk",
  model: "gpt-4o-mini-2024-07-18",
  choices: [{ index: 0, delta: { role, content }, finish_reason }],
});

/** The events of a streamed answer as text, one for each chunk. */
export const events = [
  delta("", null, "assistant"),
  delta("be"),
  delta("cause"),
  delta("", "stop"),
  "[DONE]",
].map(eventOf);

export const usageEvent = eventOf({
  ...delta(""),
  choices: [],
  usage: completion.usage,
});

export function eventOf(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `data: ${text}\n\n`;
}

export const post = (body = question, more = {}) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
  ...more,
});

export const json = (value = completion, init) => Response.json(value, init);

/**
 * Returns a stream that gives one text at a time as bytes when it is pulled, and records the calls.
 */
function sourceOf(texts, { fail, open = false, signal } = {}) {
  const encoder = new TextEncoder();
  const seen = { pulls: 0, cancelled: undefined };
  const stream = new ReadableStream(
    {
      start(controller) {
        signal?.addEventListener("abort", () =>
          controller.error(signal.reason),
        );
      },
      pull(controller) {
        const text = texts[seen.pulls++];
        if (text !== undefined) return controller.enqueue(encoder.encode(text));
        if (fail) return controller.error(fail);
        if (!open) controller.close();
      },
      cancel(reason) {
        seen.cancelled = reason ?? "no reason";
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, seen };
}

export function sse(texts = events, options) {
  const { stream, seen } = sourceOf(texts, options);
  const response = new Response(stream, {
    headers: { "content-type": "text/event-stream" },
  });
  return { response, seen };
}

/** Returns a fetch that records its requests and answers with the result of `answer`. */
export function answering(answer = () => json()) {
  const asked = [];
  const fetch = async (...args) => {
    asked.push(args);
    return answer(asked.length - 1, ...args);
  };
  return { fetch, asked };
}

/** Returns a session, and a traced fetch that answers with the result of `answer`. */
export async function start(t, answer, { llm, ...options } = {}) {
  const session = await startSession(t, options);
  const { fetch, asked } = answering(answer);
  return {
    ...session,
    asked,
    original: fetch,
    fetch: tracedFetch({ fetch, ...llm }),
    /** Flushes, and returns the LLM spans that arrived, in order. */
    async spans() {
      const { spans } = await session.delivered();
      return spans.filter(
        ({ attributes }) => attributes["lmnr.span.type"] === "LLM",
      );
    },
    async one() {
      const { spans } = await session.delivered();
      const found = spans.filter(
        ({ attributes }) => attributes["lmnr.span.type"] === "LLM",
      );
      if (found.length !== 1) throw new Error(`${found.length} LLM spans`);
      return found[0];
    },
  };
}

export { Laminar };
