// A Worker as users write it. Only Request and Response are from the runtime.

import { Laminar, observe } from "laminar-edge";

interface Env {
  LMNR_PROJECT_API_KEY: string;
  LMNR_BASE_URL: string;
}

interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

async function agent(question: string): Promise<string> {
  const page = await observe(
    { name: "read", spanType: "TOOL" },
    async (url: string) => (await fetch(url)).text(),
    "https://example.com",
  );
  const model = Laminar.startSpan({
    name: "chat",
    spanType: "LLM",
    input: [{ role: "user", content: question }],
  });
  return Laminar.withSpan(
    model,
    async () => {
      model.setAttributes({ "gen_ai.usage.input_tokens": page.length });
      return page.slice(0, 80);
    },
    true,
  );
}

export default {
  async fetch(request: Request, env: Env, ctx: Context): Promise<Response> {
    Laminar.initialize({
      projectApiKey: env.LMNR_PROJECT_API_KEY,
      baseUrl: env.LMNR_BASE_URL,
    });
    try {
      const answer = await observe(
        { name: "answer", sessionId: "s", tags: ["demo"] },
        agent,
        await request.text(),
      );
      return new Response(answer);
    } finally {
      ctx.waitUntil(Laminar.flush());
    }
  },
};
