// A span recorded beside the stream, by hand.

import { Laminar } from "laminar-edge";
import { finish, start } from "./ours.mjs";
import { worker } from "./worker.mjs";

export default worker({
  start,
  finish,
  async read(make, read) {
    const span = Laminar.startSpan({ name: "stream" });
    const chunks = [];
    await read(make(), (piece) => chunks.push(piece));
    span.setOutput({ chunks });
    span.end();
  },
  respond: (answer) => async (request, env, ctx, body) => {
    const span = Laminar.startSpan({ name: "GET" });
    span.setAttribute("url.full", request.url);
    const response = await answer(env, body);
    span.setAttribute("http.response.status_code", response.status);
    span.end();
    ctx.waitUntil(Laminar.flush());
    return response;
  },
});
