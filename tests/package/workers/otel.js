// The tracer in a Worker: with AsyncLocalStorage parents are found, without they are named.

import { said } from "./console.js";
import { getTracer, Laminar } from "laminar-edge";

const wait = () => new Promise((resolve) => setTimeout(resolve, 2));

/** The calls of a library that got a tracer. */
function library(tracer) {
  return tracer.startActiveSpan("outer", { kind: 2 }, async (outer) => {
    await wait();
    const inner = tracer.startSpan("inner", { attributes: { count: 3 } });
    await wait();
    inner.end();
    outer.end();
  });
}

export default {
  async fetch(request, env, ctx) {
    const { options } = await request.json();
    Laminar.initialize(options);
    const parent = Laminar.startSpan({ name: "request" });
    await library(getTracer({ parent }));
    parent.end();
    ctx.waitUntil(Laminar.flush());
    return Response.json({ said });
  },
};
