// The agent of benches/requests in a Worker that counts its calls of the runtime.

import { counts, startCounting, stopCounting } from "./count-host-calls.js";
import { instrument, Laminar, observe } from "laminar-edge";
import { question, steps } from "../../../benches/requests/agent.mjs";

const step = ({ name, type, attributes }, input, action) =>
  observe(
    { name, spanType: type },
    attributes === undefined
      ? action
      : (given) => {
          Laminar.setSpanAttributes(attributes);
          return action(given);
        },
    input,
  );

const settings = (env) => ({ projectApiKey: "key", baseUrl: env.COLLECTOR });

const traced = instrument(
  {
    async fetch() {
      return new Response(await steps(question(), step));
    },
  },
  { initialize: settings },
);

/** Each way to record a request of the agent and to send it. */
const WAYS = {
  untraced: async () => {
    await steps(question(), (_, input, action) => action(input));
    return new Response();
  },
  flush: async (request, env, ctx) => {
    Laminar.initialize(settings(env));
    const answer = await observe(
      { name: "agent" },
      (asked) => steps(asked, step),
      question(),
    );
    ctx.waitUntil(Laminar.flush());
    return new Response(answer);
  },
  instrument: (request, env, ctx) => traced.fetch(request, env, ctx),
};

// Requests whose flush has not ended.
let busy = 0;

async function settled(promise) {
  await promise;
  busy--;
}

export default {
  async fetch(request, env, ctx) {
    // The path is read without `URL`, which would be counted.
    const [, , , way, counted] = request.url.split("/");
    if (way === "counts") {
      stopCounting();
      return Response.json(counts);
    }
    if (way === "busy") return Response.json(busy);
    // This request and its unfinished work.
    if (counted) startCounting();
    const waiting = {
      waitUntil(promise) {
        busy++;
        ctx.waitUntil(settled(promise));
      },
    };
    return WAYS[way](request, env, waiting);
  },
};
