// The event's span is the agent's.

import { instrument } from "laminar-edge";
import { question, steps } from "./agent.mjs";
import { step } from "./ours-step.mjs";

const handler = {
  async fetch() {
    return new Response(await steps(question(), step));
  },
};

export default instrument(handler, {
  initialize: (env) => ({ projectApiKey: "key", baseUrl: env.COLLECTOR }),
});
