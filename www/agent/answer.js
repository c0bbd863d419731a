// The call to the chat completion API, with its LLM span: the span ends when
// the stream has ended, not when the response's headers arrived.

import { Laminar } from "laminar-edge";

const MODEL = "extractive-1";
const SYSTEM =
  "Answer the question only from the numbered passages, and cite them.";

export async function answerFrom(question, passages, env, send) {
  const messages = [
    { role: "system", content: SYSTEM },
    { role: "user", content: prompt(question, passages) },
  ];
  const span = Laminar.startSpan({
    name: "chat completion",
    spanType: "LLM",
    input: messages,
  });
  span.setAttributes({
    "gen_ai.system": "openai",
    "gen_ai.request.model": MODEL,
  });
  try {
    let text = "";
    for await (const chunk of complete(messages, env)) {
      const piece = chunk.choices[0]?.delta.content;
      if (piece) {
        if (!text) span.addEvent("first token");
        text += piece;
        send({ type: "token", text: piece });
      }
      if (chunk.usage)
        span.setAttributes({
          "gen_ai.response.model": chunk.model,
          "gen_ai.usage.input_tokens": chunk.usage.prompt_tokens,
          "gen_ai.usage.output_tokens": chunk.usage.completion_tokens,
        });
    }
    span.setOutput(text);
    return text;
  } catch (error) {
    span.recordException(error);
    throw error;
  } finally {
    span.end();
  }
}

function prompt(question, passages) {
  const lines = passages.map((p) => `[${p.number}] ${p.title}: ${p.text}`);
  return [`Question: ${question}`, "", ...lines].join("\n");
}

async function* complete(messages, env) {
  const response = await fetch(new URL("chat/completions", env.MODEL_URL), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: MODEL,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    }),
  });
  if (!response.ok) throw new Error(`the model answered ${response.status}`);

  let rest = "";
  const text = response.body.pipeThrough(new TextDecoderStream());
  for await (const piece of text) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const data = line.startsWith("data: ") ? line.slice(6) : "";
      if (data && data !== "[DONE]") yield JSON.parse(data);
    }
  }
}
