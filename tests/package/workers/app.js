// A Worker with a route for each test. Each answers with JSON.

import { said } from "./console.js";
import { Laminar, observe, TracingLevel, withTracingLevel } from "laminar-edge";

const reports = [];
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const record = (names) => {
  for (const name of names) observe({ name }, () => name);
};
const flushLater = (ctx) =>
  ctx.waitUntil(Laminar.flush().then((report) => reports.push(report)));

const routes = {
  /** The state that is visible from outside. */
  state: () => ({
    stats: Laminar.stats(),
    said,
    reports,
    initialized: Laminar.initialized(),
    storage: typeof globalThis.AsyncLocalStorage,
  }),

  /** The README's Worker: records, answers, and flushes afterwards. */
  answer({ options, names }, ctx) {
    Laminar.initialize(options);
    record(names);
    flushLater(ctx);
    return { answer: 42 };
  },

  record({ options, names }) {
    Laminar.initialize(options);
    record(names);
    return Laminar.stats();
  },

  async flush({ options }) {
    if (options) Laminar.initialize(options);
    const began = Date.now();
    const report = await Laminar.flush();
    return { report, stats: Laminar.stats(), took: Date.now() - began };
  },

  /** As above, for tests that do not wait for the answer. */
  async "record-and-flush"({ options, names }) {
    Laminar.initialize(options);
    record(names);
    const report = await Laminar.flush();
    return { report, stats: Laminar.stats() };
  },

  /** Two flushes of one request at a time. */
  async "flush-twice"({ options, names }) {
    Laminar.initialize(options);
    record(names);
    return Promise.all([Laminar.flush(), Laminar.flush()]);
  },

  /** No waitUntil has this flush, so it dies with the request. */
  "flush-unwaited"({ options, names }) {
    Laminar.initialize(options);
    record(names);
    Laminar.flush();
    return { stats: Laminar.stats() };
  },

  async nested({ options }, ctx) {
    Laminar.initialize(options);
    const result = await observe({ name: "root" }, async () => {
      const before = observe({ name: "before" }, () => 1);
      await wait(5);
      return observe({ name: "after" }, async () => {
        await wait(5);
        return before + observe({ name: "inner" }, () => 1);
      });
    });
    flushLater(ctx);
    return { result };
  },

  /** The first span starts long after initialize, when another request has called initialize too. */
  async late({ options, names, barrier }, ctx) {
    Laminar.initialize(options);
    await fetch(barrier);
    record(names);
    const key = Laminar.getProjectApiKey() ?? null;
    flushLater(ctx);
    return { key };
  },

  /** Streams for a while; `when` says when it flushes. */
  async stream({ options, seconds, when }, ctx) {
    Laminar.initialize(options);
    if (when === "before it opens") flushLater(ctx);
    const stream = observe({ name: `stream ${when}` }, () => {
      let left = seconds * 4;
      return new ReadableStream({
        async pull(controller) {
          if (left-- === 0) return controller.close();
          await wait(250);
          controller.enqueue(new TextEncoder().encode(`${left} `));
        },
      });
    });
    if (when === "before it is read") flushLater(ctx);
    if (when === "before the return") await Laminar.flush();
    // workerd passes on each chunk of this content type at once.
    return new Response(stream, {
      headers: { "content-type": "text/event-stream" },
    });
  },

  /** Makes spans active outside of any callback, while another request does so too. */
  async active({ options, who, barrier }, ctx) {
    Laminar.initialize(options);
    const outer = Laminar.startActiveSpan({ name: `outer ${who}` });
    await fetch(barrier);
    const inner = Laminar.startActiveSpan({ name: `inner ${who}` });
    await fetch(barrier);
    Laminar.startSpan({ name: `leaf ${who}` }).end();
    // They end in another order than they began.
    outer.end();
    Laminar.startSpan({ name: `second ${who}` }).end();
    inner.end();
    Laminar.startSpan({ name: `root ${who}` }).end();
    flushLater(ctx);
    return {};
  },

  async levels({ options }, ctx) {
    Laminar.initialize(options);
    const span = (name) => observe({ name, input: "said" }, () => 1);
    for (const [level, name] of [
      [TracingLevel.OFF, "off"],
      [TracingLevel.META_ONLY, "meta"],
    ]) {
      const work = withTracingLevel(level, async () => {
        span(name);
        await wait(20);
        span(`${name} late`);
      });
      await wait(5);
      span(`beside ${name}`);
      await work;
    }
    span("last");
    const unhandled = [];
    addEventListener("unhandledrejection", ({ reason }) =>
      unhandled.push(reason.message),
    );
    const fails = (message) =>
      withTracingLevel(TracingLevel.META_ONLY, async () => {
        throw new Error(message);
      });
    fails("nobody handles it");
    await fails("it is handled").catch(() => {});
    const steps = withTracingLevel(TracingLevel.META_ONLY, async function* () {
      yield span("generated");
      await wait(5);
      yield span("generated late");
    });
    for await (const step of steps) await wait(step);
    const own = Object.assign(Promise.resolve(1), { id: 2 });
    const kept = withTracingLevel(TracingLevel.META_ONLY, () => own) === own;
    await wait(5);
    span("after failures");
    flushLater(ctx);
    return { unhandled, kept };
  },

  async explicit({ options }, ctx) {
    Laminar.initialize(options);
    const root = Laminar.startSpan({ name: "root" });
    await wait(5);
    const child = Laminar.startSpan({ name: "child", parent: root });
    await wait(5);
    observe({ name: "grandchild", parent: child }, () => 1);
    child.end();
    root.end();
    flushLater(ctx);
    return { root: root.spanContext(), child: child.spanContext() };
  },

  synchronous({ options }, ctx) {
    Laminar.initialize(options);
    observe({ name: "root" }, () =>
      observe({ name: "child" }, () => observe({ name: "inner" }, () => 1)),
    );
    observe({ name: "other" }, () => 1);
    flushLater(ctx);
    return {};
  },

  /** Runs in two requests at once; the barrier lets both continue only when both have arrived. */
  async interleaved({ options, who, barrier }, ctx) {
    Laminar.initialize(options);
    const root = Laminar.startSpan({ name: `root ${who}` });
    await Laminar.withSpan(root, async () => {
      await fetch(barrier);
      observe({ name: `one ${who}`, parent: root }, () => who);
      await fetch(barrier);
      await observe({ name: `two ${who}`, parent: root }, async () => {
        await fetch(barrier);
        observe({ name: `implicit ${who}` }, () => who);
      });
    });
    root.end();
    flushLater(ctx);
    return {};
  },
};

export default {
  async fetch(request, env, ctx) {
    const route = routes[new URL(request.url).pathname.slice(1)];
    const answer = await route(await request.json(), ctx);
    return answer instanceof Response ? answer : Response.json(answer);
  },
};
