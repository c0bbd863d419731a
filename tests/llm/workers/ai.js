// Calls of `env.AI`, wrapped or not.

import { Laminar } from "laminar-edge";
import { wrapWorkersAI } from "laminar-edge/llm";

export default {
  async fetch(request, env) {
    const { options, wrapped, gateway, args } = await request.json();
    Laminar.initialize(options);
    const ai = wrapped ? wrapWorkersAI(env.AI) : env.AI;
    let outcome;
    try {
      const result = gateway
        ? await ai.gateway(gateway).run(...args)
        : await ai.run(...args);
      outcome = await seen(result);
    } catch (error) {
      outcome = { name: error.name, message: error.message };
    }
    await Laminar.flush();
    return Response.json(outcome);
  },
};

async function seen(result) {
  if (result instanceof ReadableStream)
    return { stream: await new Response(result).text() };
  if (result instanceof Response)
    return { status: result.status, text: await result.text() };
  return { value: result };
}
