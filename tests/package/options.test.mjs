// The options of initialize, decorators, and traces in headers.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  extractContext,
  injectContext,
  Laminar,
  observe,
  observeDecorator,
  observeExperimentalDecorator,
} from "laminar-edge";
import { startCollector } from "./support/collector.mjs";

let collector;
let said = [];
const warn = console.warn;
before(async () => {
  collector = await startCollector();
  console.warn = (text) => said.push(text);
});
after(() => {
  console.warn = warn;
  return collector.close();
});
beforeEach(() => {
  said = [];
  collector.requests.length = 0;
  Laminar.initialize({ projectApiKey: "k", baseUrl: collector.url });
});

test("an unknown option is named once, with the nearest known one", () => {
  for (let times = 0; times < 2; times++)
    Laminar.initialize({ projectApiKey: "k", projectApikey: "k", banana: 1 });
  assert.equal(said.length, 2);
  assert.match(said[0], /projectApikey; did you mean projectApiKey\?/);
  assert.match(said[1], /the option banana$/);
});

test("options of the official SDK that have no effect here cause no warning", () => {
  Laminar.initialize({
    projectApiKey: "k",
    baseUrl: "http://localhost:8000",
    baseHttpUrl: "http://localhost:8001",
    grpcPort: 8443,
    forceHttp: true,
    disableBatch: false,
    flushBySize: true,
    logLevel: "info",
    inheritGlobalContext: false,
    instrumentModules: {},
    sessionRecordingOptions: {},
    spanProcessor: undefined,
  });
  assert.deepEqual(said, []);
  assert.equal(Laminar.getHttpUrl(), "http://localhost:8001");
});

test("headers that no request can carry are ignored, and not shown", () => {
  const headers = { "x-token": "planted\nvalue" };
  Laminar.initialize({ projectApiKey: "k", baseUrl: collector.url, headers });
  assert.match(said.join(), /the option headers is ignored/);
  assert.ok(!said.join().includes("planted"));
});

test("a mask that is no function is ignored, and named", () => {
  const options = { projectApiKey: "k", baseUrl: collector.url };
  for (const mask of [undefined, null])
    Laminar.initialize({ ...options, mask });
  assert.deepEqual(said, []);
  Laminar.initialize({ ...options, mask: { fields: ["email"] } });
  assert.match(said.join(), /the option mask is ignored: it is no function/);
});

test("maxAttributes limits the user's keys, not Laminar's", async () => {
  Laminar.initialize({
    projectApiKey: "k",
    baseUrl: collector.url,
    maxAttributes: 3,
  });
  const span = Laminar.startSpan({ name: "many", input: "in" });
  for (let i = 0; i < 5; i++) {
    span.setAttribute(`own ${i}`, i);
    span.setAttribute(`gen_ai.key.${i}`, i);
  }
  span.setAttribute("own 0", "again").setOutput("out").end();
  await Laminar.flush();
  const { attributes, droppedAttributes } = collector.span("many");
  const own = Object.keys(attributes).filter((key) => key.startsWith("own"));
  assert.deepEqual(own, ["own 0", "own 1", "own 2"]);
  assert.equal(attributes["own 0"], "again");
  assert.equal(attributes["gen_ai.key.4"], 4n);
  assert.equal(attributes["lmnr.span.output"], "out");
  assert.equal(droppedAttributes, 2);
});

test("headers that differ each time do not fill the memory, and lose no span", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc");
  const functions = [];
  let requests = 0;
  const before = Laminar.stats().exported;
  const initialize = (i) => {
    const fetch = async () => (requests++, new Response());
    functions.push(new WeakRef(fetch));
    const headers = { "x-token": String(i) };
    const baseUrl = collector.url;
    Laminar.initialize({ projectApiKey: "k", baseUrl, headers, fetch });
  };
  initialize("first");
  const first = Laminar.startSpan({ name: "first" });
  const times = 6_000;
  for (let i = 0; i < times; i++) {
    initialize(i);
    Laminar.startSpan({ name: "one" }).end();
    if (i % 600 === 599) await Laminar.flush();
  }
  first.end();
  await Laminar.flush();
  assert.equal(Laminar.stats().exported - before, times + 1);
  assert.equal(requests, times + 1);
  // Weak references hold their targets until then.
  await new Promise((resolve) => setImmediate(resolve));
  gc();
  const left = functions.filter((each) => each.deref() !== undefined).length;
  assert.ok(left < 5_000, `${left} of ${times} destinations are kept`);
});

test("a limit of Infinity is the largest that there is", async () => {
  const options = { projectApiKey: "k", baseUrl: collector.url };
  const limits = {
    maxExportBatchSize: Infinity,
    maxExportBatchSizeBytes: Infinity,
    maxQueueBytes: Infinity,
    maxQueueSize: Infinity,
  };
  Laminar.initialize({ ...options, ...limits, scheduledDelayMillis: Infinity });
  // More than the defaults allow in a request, and in memory.
  const before = Laminar.stats();
  for (let i = 0; i < 17_000; i++) Laminar.startSpan({ name: "one" }).end();
  assert.deepEqual(Laminar.stats().dropped, before.dropped);
  await Laminar.flush();
  assert.equal(collector.requests.length, 1);
});

test("enabled: false records nothing until another initialize", async () => {
  const options = { projectApiKey: "k", baseUrl: collector.url };
  const before = Laminar.stats().recorded;
  Laminar.initialize({ ...options, enabled: false });
  assert.equal(Laminar.initialized(), false);
  assert.equal(
    observe({ name: "off" }, (x) => x + 1, 1),
    2,
  );
  assert.equal(Laminar.stats().recorded, before);
  Laminar.initialize(options);
  observe({ name: "on" }, () => {});
  assert.equal((await Laminar.flush()).exported, 1);
});

test("both kinds of decorators observe methods, with their object and arguments", async () => {
  class Agent {
    name = "agent";
    ask(question) {
      return `${this.name}: ${question}`;
    }
    async plan(question) {
      return [this.name, question];
    }
  }
  const method = Agent.prototype.ask;
  Agent.prototype.ask = observeDecorator({ spanType: "TOOL" })(method, {
    kind: "method",
    name: "ask",
  });
  const config = (self, question) => ({
    name: `plan of ${self.name}`,
    userId: question,
  });
  const descriptor = Object.getOwnPropertyDescriptor(Agent.prototype, "plan");
  Object.defineProperty(
    Agent.prototype,
    "plan",
    observeExperimentalDecorator(config)(Agent.prototype, "plan", descriptor),
  );
  const agent = new Agent();
  assert.equal(agent.ask("why"), "agent: why");
  assert.deepEqual(await agent.plan("how"), ["agent", "how"]);
  await Laminar.flush();
  const ask = collector.span("ask");
  assert.equal(ask.attributes["lmnr.span.type"], "TOOL");
  assert.equal(ask.attributes["lmnr.span.input"], '["why"]');
  const plan = collector.span("plan of agent");
  assert.equal(plan.attributes["lmnr.association.properties.user_id"], "how");
  assert.throws(
    () => observeDecorator()(class {}, { kind: "class" }),
    TypeError,
  );
  assert.throws(
    () => observeExperimentalDecorator()({}, "x", undefined),
    TypeError,
  );
});

const decorators = {
  observeDecorator: (config, method) =>
    observeDecorator(config)(method, { kind: "method", name: "ask" }),
  observeExperimentalDecorator: (config, value) =>
    observeExperimentalDecorator(config)({}, "ask", { value }).value,
};
for (const [kind, decorate] of Object.entries(decorators))
  test(`${kind} gives a method that looks as it did, and runs it whatever its options do`, async () => {
    const ask = async function ask(question, more) {
      return [this.name, question, more];
    };
    // Frameworks keep what they know of a method there.
    ask.route = "/ask";
    const agent = { name: "agent" };
    const decorated = decorate({}, ask);
    assert.deepEqual(
      [decorated.name, decorated.length, decorated.route],
      ["ask", 2, "/ask"],
    );
    assert.equal(String(decorated.constructor), String(ask.constructor));
    assert.equal(Reflect.ownKeys(decorated).includes("prototype"), false);
    const { spans } = collector;
    for (const config of [
      () => {
        throw new Error("by the program");
      },
      {
        get userId() {
          throw new Error("by the program");
        },
      },
    ])
      assert.deepEqual(await decorate(config, ask).call(agent, "why", 1), [
        "agent",
        "why",
        1,
      ]);
    await Laminar.flush();
    const asked = collector.spans.slice(spans.length);
    assert.equal(asked.length, 2);
    for (const { name, attributes } of asked) {
      assert.equal(name, "ask");
      assert.equal(attributes["lmnr.span.input"], undefined);
      assert.equal(attributes["lmnr.span.output"], undefined);
    }
  });

const OWN = "x-laminar-span-context";

for (const [kind, carrier] of [
  ["Headers", () => new Headers()],
  ["a message", () => ({})],
])
  test(`a trace goes on through ${kind}`, async () => {
    let ids;
    let all;
    await observe({ name: "Aufrufer ü", userId: "u" }, async () => {
      await null;
      ids = injectContext(carrier());
      all = injectContext(carrier(), { laminar: true });
    });
    const children = {
      "ids only": extractContext(ids),
      untrusted: extractContext(all),
      trusted: extractContext(all, { trusted: true }),
    };
    for (const [name, parentSpanContext] of Object.entries(children))
      observe({ name, parentSpanContext }, () => {});
    await Laminar.flush();
    const caller = collector.span("Aufrufer ü");
    for (const name of Object.keys(children)) {
      const { parentSpanId, traceId, attributes } = collector.span(name);
      assert.equal(parentSpanId, caller.spanId);
      assert.equal(traceId, caller.traceId);
      const user = attributes["lmnr.association.properties.user_id"];
      assert.equal(user, name === "trusted" ? "u" : undefined);
    }
    assert.deepEqual(collector.span("trusted").attributes["lmnr.span.path"], [
      "Aufrufer ü",
      "trusted",
    ]);
    // Laminar's own context under the name of a traceparent is not accepted as one.
    const own = all.get?.(OWN) ?? all[OWN];
    assert.equal(extractContext({ traceparent: own }), undefined);
    assert.equal(extractContext(carrier()), undefined);
    assert.equal(extractContext(null), undefined);
    // Without an active span there is nothing to write.
    assert.deepEqual(injectContext({}), {});
  });
