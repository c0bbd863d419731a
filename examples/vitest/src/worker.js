import { Laminar, observe } from "laminar-edge";

export default {
  async fetch(request, env, ctx) {
    Laminar.initialize({ projectApiKey: env.LMNR_PROJECT_API_KEY });
    const question = new URL(request.url).searchParams.get("q");
    const answer = await observe({ name: "answer" }, () => agent(question));
    ctx.waitUntil(Laminar.flush());
    return new Response(answer);
  },
};

export async function agent(question) {
  const words = await observe(
    { name: "read", spanType: "TOOL" },
    async (text) => text.split(" "),
    question,
  );
  return `${words.length} words`;
}
