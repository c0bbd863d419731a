import { instrument } from "laminar-edge";
import { wrapOpenAI } from "laminar-edge/llm";
import OpenAI from "openai";

export default instrument({
  async fetch(request, env) {
    const question = new URL(request.url).searchParams.get("q") ?? "Hello";
    // This returns the same client, whose calls are traced from now on.
    const client = wrapOpenAI(
      new OpenAI({
        apiKey: env.OPENAI_API_KEY,
        baseURL: env.OPENAI_BASE_URL,
      }),
    );
    const stream = await client.chat.completions.create({
      model: "gpt-4o-mini",
      messages: [
        { role: "system", content: "Answer in one sentence." },
        { role: "user", content: question },
      ],
      stream: true,
      // Without this OpenAI sends no token counts with a stream.
      stream_options: { include_usage: true },
    });
    return new Response(ReadableStream.from(textsOf(stream)), {
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
  },
});

/** Yields the text of the answer as it arrives. When the client leaves, this ends and cancels the call. */
async function* textsOf(stream) {
  const encoder = new TextEncoder();
  for await (const { choices } of stream) {
    const text = choices[0]?.delta.content;
    if (text) yield encoder.encode(text);
  }
}
