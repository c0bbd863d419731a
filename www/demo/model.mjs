// A local stand-in for a chat completion API: the request and the streamed
// answer have OpenAI's shape, so the agent would talk to a real one unchanged.

import { randomUUID } from "node:crypto";
import { extract, parsePrompt } from "./extract.mjs";
import { readBody, sendJson, serve, sleep } from "./http.mjs";

const MODEL = "extractive-1";
const THINKING_MS = 120;
const TOKEN_MS = 24;
const INPUT_DOLLARS = 0.15e-6;
const OUTPUT_DOLLARS = 0.6e-6;

export function createModel() {
  return serve(async (request, response) => {
    if (request.method !== "POST" || request.url !== "/v1/chat/completions")
      return sendJson(response, 404, { error: { message: "no such route" } });
    const { messages, stream } = JSON.parse(await readBody(request, 1 << 20));
    const answer = extract(parsePrompt(messages));
    const asked = messages.flatMap((m) => tokens(m.content)).length;
    const answered = tokens(answer).length;
    const usage = {
      prompt_tokens: asked,
      completion_tokens: answered,
      total_tokens: asked + answered,
      // The cost in dollars, as OpenRouter reports it, at the price of a small model.
      cost: asked * INPUT_DOLLARS + answered * OUTPUT_DOLLARS,
    };
    await sleep(THINKING_MS);
    const head = { id: `chatcmpl-${randomUUID()}`, model: MODEL };
    if (stream) return streamAnswer(response, head, answer, usage);
    const message = { role: "assistant", content: answer };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    sendJson(response, 200, {
      ...head,
      object: "chat.completion",
      choices,
      usage,
    });
  });
}

async function streamAnswer(response, head, answer, usage) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (more) =>
    response.write(
      `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", ...more })}\n\n`,
    );
  const choice = (delta, finish_reason = null) => ({
    choices: [{ index: 0, delta, finish_reason }],
  });
  send(choice({ role: "assistant", content: "" }));
  for (const content of tokens(answer)) {
    if (response.destroyed) return;
    send(choice({ content }));
    await sleep(TOKEN_MS);
  }
  send(choice({}, "stop"));
  send({ choices: [], usage });
  response.end("data: [DONE]\n\n");
}

// Pieces of at most six letters with the space before them: about the size of
// a real model's tokens, and joined again they give the text back.
function tokens(text) {
  return text.match(/\s*(?:[\p{L}\p{N}]{1,6}|[^\p{L}\p{N}\s])/gu) ?? [];
}
