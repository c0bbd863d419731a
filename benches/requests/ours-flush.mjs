// As in the README: initialize in each request, and a flush in waitUntil.

import { Laminar, observe } from "laminar-edge";
import { question, steps } from "./agent.mjs";
import { step } from "./ours-step.mjs";

export default {
  async fetch(_, env, ctx) {
    Laminar.initialize({ projectApiKey: "key", baseUrl: env.COLLECTOR });
    const answer = await observe(
      { name: "agent" },
      (asked) => steps(asked, step),
      question(),
    );
    ctx.waitUntil(Laminar.flush());
    return new Response(answer);
  },
};
