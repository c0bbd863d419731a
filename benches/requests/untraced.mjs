// No telemetry: what the others are compared with.

import { question, steps } from "./agent.mjs";

const step = (_, input, action) => action(input);

export default {
  async fetch() {
    return new Response(await steps(question(), step));
  },
};
