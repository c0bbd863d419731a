import { instrument } from "laminar-edge";
import "laminar-edge/llm";

const MODEL = "@cf/meta/llama-3.1-8b-instruct";

// With `llm: true` the calls of `env.AI` are traced.
export default instrument(
  {
    async fetch(request, env) {
      const question = new URL(request.url).searchParams.get("q") ?? "Hello";
      const stream = await env.AI.run(MODEL, {
        messages: [{ role: "user", content: question }],
        stream: true,
      });
      return new Response(stream, {
        headers: { "content-type": "text/event-stream" },
      });
    },
  },
  { llm: true },
);
