// A Worker whose events end in every possible way. The path names the way: /throw/17.

import "laminar-edge/tail";
import { instrument, Laminar, observe } from "laminar-edge";
// This is the module that the package uses, because no public export gives access to the memory.
import { current } from "../../pkg/lib/core/instance.js";

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Writes the runtime's signal into the memory. */
function raiseSignal() {
  const { memory, __instance_signal: address } = current().exports;
  new Uint32Array(memory.buffer, address.value, 1)[0] = 24;
}

const ways = {
  async ok() {
    await observe({ name: "child" }, () => wait(1));
    return new Response("ok");
  },
  async throw() {
    await observe({ name: "child" }, () => wait(1));
    throw new TypeError("boom");
  },
  async hang() {
    observe({ name: "child" }, () => {});
    await new Promise(() => {});
  },
  abort(request, env, ctx) {
    observe({ name: "child" }, () => {});
    ctx.abort(new Error("enough"));
    return new Promise(() => {});
  },
  exit() {
    observe({ name: "child" }, () => {});
    process.exit(1);
  },
  stack() {
    const deeper = (n) => deeper(n + 1) + 1;
    return deeper(0);
  },
  async "client-gone"() {
    observe({ name: "child" }, () => {});
    return new Response(
      new ReadableStream({
        async start(controller) {
          controller.enqueue(new TextEncoder().encode("first"));
          for (let i = 0; i < 600; i++) {
            await wait(50);
            controller.enqueue(new TextEncoder().encode(`chunk ${i}`));
          }
        },
      }),
    );
  },
  async "client-gone-before"() {
    observe({ name: "child" }, () => {});
    await wait(2_000);
    return new Response("nobody reads this");
  },
  /** The runtime signals that CPU time is nearly used up, and ends the request a moment later. */
  "cpu-limit": () =>
    observe({ name: "outer" }, () => {
      observe({ name: "middle" }, () => {
        observe({ name: "before" }, () => {});
        raiseSignal();
        observe({ name: "last" }, () => {});
        process.exit(1);
      });
    }),
  /** The runtime signals the same, but the request ends well. */
  async "cpu-warning"() {
    raiseSignal();
    observe({ name: "last" }, () => {});
    return new Response("ok");
  },
  // Logs more than the runtime keeps, so that the end of the event is not published.
  async loud() {
    for (let i = 0; i < 20; i++) console.log("x".repeat(20_000));
    return new Response("ok");
  },
};

const batch = {
  /** Ends `spans` spans with input of `bytes` bytes, after a line on the console. */
  async batch(request, env, ctx) {
    const { searchParams, pathname } = new URL(request.url);
    const spans = Number(searchParams.get("spans") ?? 1);
    const input = "x".repeat(Number(searchParams.get("bytes") ?? 1));
    console.log(`a line of ${pathname}`);
    for (let i = 0; i < spans; i++)
      observe({ name: `${pathname} ${i}`, input }, () => {
        const large = Number(searchParams.get("large") ?? 0);
        if (large > 0) Laminar.setSpanAttributes({ large: "x".repeat(large) });
      });
    const report = await Laminar.flush();
    return Response.json({ report, stats: Laminar.stats() });
  },
};

const handler = {
  async fetch(request, env, ctx) {
    const [, way] = new URL(request.url).pathname.split("/");
    return ways[way](request, env, ctx);
  },
};
const boxed = instrument(handler, {
  blackBox: true,
  initialize: (env) => env.OPTIONS ?? keyOf(env),
});
const keyOf = ({ LMNR_PROJECT_API_KEY, LMNR_BASE_URL }) => ({
  projectApiKey: LMNR_PROJECT_API_KEY,
  baseUrl: LMNR_BASE_URL,
});

export default {
  fetch(request, env, ctx) {
    const [, way] = new URL(request.url).pathname.split("/");
    if (way === "stats") return Response.json(Laminar.stats());
    // The older workerd has it only with a flag.
    if (way === "can") return Response.json(typeof ctx.abort === "function");
    if (!Object.hasOwn(batch, way)) return boxed.fetch(request, env, ctx);
    Laminar.initialize(env.OPTIONS);
    return batch[way](request, env, ctx);
  },
};
