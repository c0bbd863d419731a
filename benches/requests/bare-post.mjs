// No telemetry, only a request of the same size, which no contender can leave out.

import { BODY_BYTES, question, steps } from "./agent.mjs";

const body = new Uint8Array(BODY_BYTES).fill(97);
const headers = {
  "content-type": "application/x-protobuf",
  authorization: "Bearer key",
};
const step = (_, input, action) => action(input);

export default {
  async fetch(_, env, ctx) {
    const answer = await steps(question(), step);
    ctx.waitUntil(
      fetch(`${env.COLLECTOR}/v1/traces`, { method: "POST", headers, body }),
    );
    return new Response(answer);
  },
};
