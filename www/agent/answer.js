// The call to the chat completion API. `tracedFetch` records its span: messages, tokens, cost and
// the time of the first token, until the stream has ended.

import { tracedFetch } from "laminar-edge/llm";

const MODEL = "extractive-1";
const SYSTEM =
  "Answer the question only from the numbered passages, and cite them.";

const modelFetch = tracedFetch();

export async function answerFrom(question, passages, env, send) {
  const messages = [
    { role: "system", content: SYSTEM },
    { role: "user", content: prompt(question, passages) },
  ];
  let text = "";
  for await (const chunk of complete(messages, env)) {
    const piece = chunk.choices[0]?.delta.content;
    if (!piece) continue;
    text += piece;
    send({ type: "token", text: piece });
  }
  return text;
}

function prompt(question, passages) {
  const lines = passages.map((p) => `[${p.number}] ${p.title}: ${p.text}`);
  return [`Question: ${question}`, "", ...lines].join("\n");
}

async function* complete(messages, env) {
  const response = await modelFetch(
    new URL("chat/completions", env.MODEL_URL),
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: MODEL,
        messages,
        stream: true,
        stream_options: { include_usage: true },
      }),
    },
  );
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
