import { extractContext, injectContext, Laminar, observe } from "laminar-edge";

export default {
  // The producer puts a question into the queue, and does not wait for the answer.
  async fetch(request, env, ctx) {
    initialize(env);
    const question = new URL(request.url).searchParams.get("q");
    await observe({ name: "ask" }, () =>
      // This runs inside the span, so that the message carries its place in the trace.
      env.QUESTIONS.send({ question, trace: injectContext({}) }),
    );
    ctx.waitUntil(Laminar.flush());
    return new Response("asked", { status: 202 });
  },

  // Each message continues its own trace.
  async queue(batch, env, ctx) {
    initialize(env);
    for (const message of batch.messages) {
      const { question, trace } = message.body;
      const parentSpanContext = extractContext(trace);
      await observe({ name: "answer", parentSpanContext }, answer, question);
      message.ack();
    }
    ctx.waitUntil(Laminar.flush());
  },
};

function initialize(env) {
  Laminar.initialize({
    projectApiKey: env.LMNR_PROJECT_API_KEY,
    baseUrl: env.LMNR_BASE_URL,
  });
}

async function answer(question) {
  return `${question}? Because.`;
}
