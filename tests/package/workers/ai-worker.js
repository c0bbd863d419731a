// The agent behind a Worker's routes, for one version of the AI SDK.

import { said } from "./console.js";
import { Laminar, registerAiSdkTelemetry, wrapAISDK } from "laminar-edge";
import { generate, mockModel, question, stream } from "./ai-agent.js";

export function serve(module, Mock, version) {
  const modern = typeof module.registerTelemetry === "function";
  const ai = modern ? module : wrapAISDK(module);
  const ask = (pace) => question(ai, mockModel(Mock, version, pace));

  const routes = {
    async generate() {
      return Response.json({ text: await generate(ai, ask()), said });
    },
    async stream() {
      return Response.json({ text: await stream(ai, ask()), said });
    },
    /** As in the README: the response streams, and the flush follows its end. */
    respond(ctx, pace) {
      const result = ai.streamText(ask(pace));
      ctx.waitUntil(result.consumeStream().then(() => Laminar.flush()));
      return result.toTextStreamResponse();
    },
  };

  return {
    async fetch(request, env, ctx) {
      const { options, pace } = await request.json();
      Laminar.initialize(options);
      // It is called in every request, like initialize.
      if (modern) registerAiSdkTelemetry();
      const route = new URL(request.url).pathname.slice(1);
      const response = await routes[route](ctx, pace);
      if (route !== "respond") ctx.waitUntil(Laminar.flush());
      return response;
    },
  };
}
