// A span recorded beside the stream, by hand, with OpenTelemetry; its batch is serialised and not sent.

import { trace } from "@opentelemetry/api";
import { finish, start } from "../contenders/otel-protobuf.mjs";
import { worker } from "./worker.mjs";

start();

export default worker({
  finish,
  async read(make, read) {
    const span = trace.getTracer("bench").startSpan("stream");
    const chunks = [];
    await read(make(), (piece) => chunks.push(piece));
    span.setAttribute("lmnr.span.output", JSON.stringify({ chunks }));
    span.end();
  },
  respond: (answer) => async (request, env, ctx, body) => {
    const span = trace.getTracer("bench").startSpan("GET");
    span.setAttribute("url.full", request.url);
    const response = await answer(env, body);
    span.setAttribute("http.response.status_code", response.status);
    span.end();
    ctx.waitUntil(Promise.resolve(finish()));
    return response;
  },
});
