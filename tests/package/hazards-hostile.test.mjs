// Hostile values: none makes a call throw, none loses another span, and the ledger stays balanced.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Laminar, observe } from "laminar-edge";
import { startSession } from "./support/session.mjs";

const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const thrower = () => {
  throw new Error("hostile");
};
const cycle = () => {
  const found = { name: "cycle", list: [] };
  found.self = found;
  found.list.push(found);
  return found;
};
const deep = (depth) => {
  let found = {};
  for (let i = 0; i < depth; i++) found = { found };
  return found;
};
const trap = new Proxy({}, new Proxy({}, { get: () => thrower }));

/** Each value is made anew for every use. */
const HOSTILE = {
  "a getter that throws": () => ({
    get a() {
      return thrower();
    },
  }),
  "a proxy whose every trap throws": () => trap,
  "a revoked object": () => revoked({}),
  "a revoked array": () => revoked([]),
  "a revoked function": () => revoked(() => 1),
  "a revoked promise": () => revoked(Promise.resolve()),
  "a cycle": cycle,
  "a deep object": () => deep(200_000),
  "a toJSON that throws": () => ({ toJSON: thrower }),
  "a toString that throws": () => ({ toString: thrower, valueOf: thrower }),
  "no prototype": () => Object.create(null),
  "a symbol": () => Symbol("s"),
  "a registered symbol": () => Symbol.for("s"),
  "a function": () => thrower,
  "a class": () => class {},
  "a bigint": () => 10n ** 30n,
  "an array with a getter": () =>
    Object.defineProperty([1], 0, { get: thrower }),
  "an iterator that throws": () =>
    Object.assign([1], { [Symbol.iterator]: thrower }),
  "an array of hostile": () => [cycle(), trap, Symbol("s"), revoked({})],
  "a map": () => new Map([[1, new Map([[cycle(), trap]])]]),
  "a date that is none": () => new Date(NaN),
  "an array of bigints": () => [1n, 2n],
  "an array with holes": () => [, "a", ,],
  "a buffer": () => new ArrayBuffer(8),
  "other numbers": () => new Float64Array([0.5]),
  "a detached array": () => {
    const bytes = new Uint8Array(8);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    return bytes;
  },
  "a thenable that throws": () => ({
    get then() {
      return thrower();
    },
  }),
};

/** Every call that takes a user's value. */
const PLACES = {
  attribute: (span, value) => span.setAttribute("key", value),
  key: (span, value) => span.setAttribute(value, "value"),
  attributes: (span, value) => span.setAttributes(value),
  "attributes' value": (span, value) => span.setAttributes({ a: value }),
  input: (span, value) => span.setInput(value),
  output: (span, value) => span.setOutput(value),
  "event name": (span, value) => span.addEvent(value),
  "event attributes": (span, value) => span.addEvent("event", value),
  "event attribute": (span, value) => span.addEvent("event", { value }),
  "event time": (span, value) => span.addEvent("event", {}, value),
  exception: (span, value) => span.recordException(value),
  "exception time": (span, value) => span.recordException("e", value),
  "exception parts": (span, value) =>
    span.recordException({
      code: value,
      name: value,
      message: value,
      stack: value,
    }),
  status: (span, value) => span.setStatus(value),
  "status parts": (span, value) => span.setStatus({ code: 2, message: value }),
  name: (span, value) => span.updateName(value),
  links: (span, value) => span.addLinks(value),
  link: (span, value) => span.addLinks([value, { context: value }]),
  "link's attributes": (span, value) =>
    span.addLink({
      context: { traceId: "a".repeat(32), spanId: "b".repeat(16) },
      attributes: value,
    }),
  "link's context": (span, value) => span.addLink({ context: value }),
  tags: (span, value) => span.setTags(value),
  "more tags": (span, value) => span.addTags(value),
  metadata: (span, value) => span.setTraceMetadata(value),
  user: (span, value) => span.setTraceUserId(value),
  end: (span, value) => span.end(value),
};

const OPTIONS = [
  "name",
  "input",
  "spanType",
  "parent",
  "tags",
  "userId",
  "sessionId",
  "metadata",
  "startTime",
  "ignoreInput",
  "ignoreOutput",
];

describe("hostile values", () => {
  for (const [kind, make] of Object.entries(HOSTILE)) {
    test(kind, async (t) => {
      t.mock.method(console, "warn", () => {});
      const { delivered, change, collector } = await startSession(t);
      let recorded = 0;
      const place = (name, use) => {
        recorded++;
        try {
          use(make());
        } catch (error) {
          assert.fail(`${name}: ${error?.stack}`);
        }
      };
      for (const [name, use] of Object.entries(PLACES))
        place(name, (value) => {
          const span = Laminar.startSpan({ name: "place" });
          use(span, value);
          span.end();
        });
      place("end", (value) => Laminar.startSpan({ name: "place" }).end(value));
      for (const option of OPTIONS) {
        place(`startSpan ${option}`, (value) =>
          Laminar.startSpan({ name: "place", [option]: value }).end(),
        );
        place(`observe ${option}`, (value) =>
          assert.equal(
            observe({ name: "place", [option]: value }, () => 7),
            7,
          ),
        );
      }
      place("startSpan options", (value) => Laminar.startSpan(value).end());
      place("observe options", (value) =>
        assert.equal(
          observe(value, () => 7),
          7,
        ),
      );
      place("metadata value", (value) =>
        Laminar.startSpan({ name: "place", metadata: { value } }).end(),
      );
      place("argument", (value) => observe({ name: "place" }, () => 7, value));
      place("arguments", (value) =>
        observe({ name: "place" }, () => 7, value, value),
      );
      place("result", (value) => {
        const result = observe({ name: "place" }, () => value);
        assert.ok(Object.is(result, value), "the result is what was returned");
      });
      place("error", (value) => {
        let caught;
        try {
          observe({ name: "place" }, () => {
            throw value;
          });
        } catch (error) {
          caught = error;
        }
        assert.ok(Object.is(caught, value), "the error is what was thrown");
      });
      Laminar.startSpan({ name: "last" }).end();
      const { report } = await delivered();
      assert.equal(report.ok, true, JSON.stringify(report));
      assert.deepEqual(change(), {
        recorded: recorded + 1,
        exported: recorded + 1,
      });
      assert.ok(collector.span("last"));
      assert.equal(collector.spans.length, recorded + 1);
      for (const { name } of collector.spans)
        assert.ok(!name.startsWith("undecodable"), name);
    });
  }

  test("initialize takes anything without throwing", async (t) => {
    const warned = t.mock.method(console, "warn", () => {});
    const { change } = await startSession(t);
    for (const make of Object.values(HOSTILE)) {
      Laminar.initialize(make());
      for (const option of [
        "projectApiKey",
        "baseUrl",
        "httpPort",
        "metadata",
        "traceExportTimeoutMillis",
        "maxExportBatchSize",
        "maxExportBatchSizeBytes",
        "maxQueueBytes",
        "maxQueueSize",
        "redelivery",
      ])
        Laminar.initialize({ projectApiKey: "key", [option]: make() });
    }
    change();
    assert.ok(warned.mock.callCount() > 0);
  });

  test("a toJSON may record, flush and initialize", async (t) => {
    const { collector, delivered, change } = await startSession(t);
    const flushes = [];
    const value = {
      toJSON() {
        observe({ name: "within" }, () => "x".repeat(50_000));
        flushes.push(Laminar.flush());
        Laminar.stats();
        return "seen";
      },
    };
    const span = Laminar.startSpan({ name: "outer" });
    span.setInput(value).setOutput([value, value]);
    span.end();
    observe({ name: "argument" }, () => 1, value);
    for (const report of await Promise.all(flushes))
      assert.equal(typeof report.ok, "boolean");
    await delivered();
    assert.equal(
      collector.span("outer").attributes["lmnr.span.input"],
      '"seen"',
    );
    assert.equal(
      collector.span("outer").attributes["lmnr.span.output"],
      '["seen","seen"]',
    );
    assert.deepEqual(change(), { recorded: 6, exported: 6 });
  });

  test("the fetch of the SDK may be an observed one", async (t) => {
    const { collector, delivered, change } = await startSession(t);
    const fetch = globalThis.fetch;
    t.mock.method(globalThis, "fetch", (...args) =>
      observe({ name: "fetch", ignoreInput: true, ignoreOutput: true }, () =>
        fetch(...args),
      ),
    );
    observe({ name: "first" }, () => 1);
    const { report } = await delivered();
    assert.equal(report.exported, 1);
    assert.equal(report.ok, true);
    t.mock.restoreAll();
    await delivered();
    // The SDK's own exports make no spans.
    assert.deepEqual(collector.names(), ["first"]);
    assert.deepEqual(change(), { recorded: 1, exported: 1 });
  });

  test("a fetch that throws, rejects with nothing or answers nonsense breaks neither flush nor later spans", async (t) => {
    const warned = t.mock.method(console, "warn", () => {});
    const { collector, delivered } = await startSession(t, {
      traceExportTimeoutMillis: 500,
    });
    const answers = [
      () => thrower(),
      () => Promise.reject(),
      () => Promise.reject(Symbol("s")),
      () => undefined,
      () => Promise.resolve(undefined),
      () => Promise.resolve({ status: 200 }),
      () => Promise.resolve({ status: "x", arrayBuffer: thrower }),
    ];
    for (const answer of answers) {
      observe({ name: "span" }, () => 1);
      const mocked = t.mock.method(globalThis, "fetch", answer);
      const { report } = await delivered();
      assert.equal(typeof report.ok, "boolean", String(answer));
      mocked.mock.restore();
    }
    observe({ name: "after" }, () => 1);
    const { report } = await delivered();
    assert.equal(report.ok, true, JSON.stringify(report));
    assert.ok(collector.span("after"));
    assert.equal(warned.mock.callCount(), 0);
  });

  test("huge arrays arrive whole", async (t) => {
    t.mock.method(console, "warn", () => {});
    const { collector, delivered, change } = await startSession(t);
    const huge = {
      numbers: Array.from({ length: 100_000 }, (_, i) => i + 0.5),
      integers: Array.from({ length: 100_000 }, (_, i) => i),
      strings: Array.from({ length: 50_000 }, (_, i) => `é${i}`),
      bytes: new Uint8Array(1_000_000).fill(7),
    };
    for (const [name, value] of Object.entries(huge)) {
      Laminar.startSpan({ name }).setAttribute("huge", value).end();
      Laminar.startSpan({ name: "small" }).setAttribute("k", [1]).end();
    }
    await delivered();
    assert.deepEqual(collector.span("numbers").attributes.huge, huge.numbers);
    assert.deepEqual(
      collector.span("integers").attributes.huge,
      huge.integers.map(BigInt),
    );
    assert.deepEqual(collector.span("strings").attributes.huge, huge.strings);
    assert.deepEqual(collector.span("bytes").attributes.huge, huge.bytes);
    assert.deepEqual(change(), { recorded: 8, exported: 8 });
  });

  test("a trace of five hundred nested spans arrives", async (t) => {
    const { collector, delivered, change } = await startSession(t);
    let parent;
    for (let i = 0; i < 500; i++) {
      const span = Laminar.startSpan({ name: `日 ${i}`, parent });
      span.end();
      parent = span;
    }
    await delivered();
    const last = collector.span("日 499");
    assert.equal(last.attributes["lmnr.span.path"].length, 500);
    assert.equal(last.attributes["lmnr.span.path"][250], "日 250");
    assert.deepEqual(change(), { recorded: 500, exported: 500 });
  });
});
