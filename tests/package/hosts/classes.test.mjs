// Instrumented classes of frameworks: what the framework stores under a function itself is still found, and
// calls over RPC are spans, also of inherited methods.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { kCurrentWorker } from "miniflare";
import { instrument, Laminar } from "laminar-edge";
import { startCollector } from "../support/collector.mjs";
import { startSession } from "../support/session.mjs";
import { MODES, startWorker } from "../support/workerd.mjs";
import { frameworkOn, markCallable } from "../workers/framework.js";

async function start(t, mode, bindings) {
  const collector = await startCollector(t);
  const worker = await startWorker(t, "classes.js", {
    flags: MODES[mode].flags,
    bindings: bindings ?? {
      LMNR_PROJECT_API_KEY: "key",
      LMNR_BASE_URL: collector.url,
    },
    options: {
      durableObjects: { ROOM: { className: "Room", useSQLite: true } },
      serviceBindings: {
        NAMELESS: { name: kCurrentWorker, entrypoint: "Nameless" },
      },
    },
  });
  const get = async (path) => (await fetch(new URL(path, worker.url))).json();
  return { collector, worker, get };
}

async function ask(worker, method, ...args) {
  const { webSocket } = await worker.miniflare.dispatchFetch("http://worker/", {
    headers: { upgrade: "websocket" },
  });
  webSocket.accept();
  const answer = new Promise((resolve) =>
    webSocket.addEventListener("message", ({ data }) => resolve(data), {
      once: true,
    }),
  );
  webSocket.send(JSON.stringify({ method, args }));
  const said = JSON.parse(await answer);
  webSocket.close(1000);
  return said;
}

for (const mode of ["nodejs_compat", "no flag"])
  describe(`a framework's class in workerd with ${mode}`, () => {
    test("callable methods work by name over a WebSocket", async (t) => {
      const { collector, worker } = await start(t, mode);
      assert.deepEqual(await ask(worker, "add", 2), { result: 2 });
      assert.deepEqual(await ask(worker, "secret"), {
        error: "secret is not callable",
      });
      await collector.until(
        () =>
          collector.span("Counter.webSocketMessage") && collector.span("count"),
      );
      assert.equal(
        collector.span("count").parentSpanId,
        collector.span("Counter.webSocketMessage").spanId,
      );
      // The class's own calls are no events.
      assert.equal(collector.span("Counter.add"), undefined);
      assert.deepEqual(worker.output, []);
    });

    test("an object answers although nothing is initialized", async (t) => {
      const { worker, get } = await start(t, mode, {});
      assert.deepEqual(await ask(worker, "add", 2), { result: 2 });
      assert.deepEqual(await get("snapshot"), { count: 2 });
    });

    test("a class without a name is named after its entry", async (t) => {
      const { collector, get } = await start(t, mode);
      assert.equal(await get("own"), "own");
      await collector.until(() => collector.span("Api.own") !== undefined);
      const { attributes } = collector.span("Api.own");
      assert.equal(attributes["rpc.service"], "Api");
      assert.equal(attributes["rpc.method"], "own");
    });
  });

test("inherited methods are spans when they are called over RPC", async (t) => {
  const { collector, get } = await start(t, "nodejs_compat");
  assert.equal(await get("add"), 1);
  assert.deepEqual(await get("snapshot"), { count: 1 });
  await collector.until(
    () => collector.span("Counter.add") && collector.span("Counter.snapshot"),
  );
  assert.equal(
    collector.span("count").parentSpanId,
    collector.span("Counter.add").spanId,
  );
  const names = collector.names();
  for (const internal of ["Counter._internal", "Counter.answer"])
    assert.ok(!names.includes(internal), internal);
});

describe("in Node", { concurrency: false }, () => {
  const ctx = { storage: {}, waitUntil() {} };

  test("a method keeps its identity within the object's events", async (t) => {
    await startSession(t);
    const Framework = frameworkOn(
      class {
        constructor(ctx) {
          this.ctx = ctx;
        }
      },
    );
    class Agent extends Framework {
      add(amount) {
        return (this.state.count += amount);
      }
      async alarm() {
        return this.answer("add", [1]);
      }
    }
    markCallable(Agent.prototype.add);
    const plain = new (class extends Agent {})(ctx);
    const agent = new (instrument(class extends Agent {}))(ctx);
    assert.deepEqual(await agent.alarm(), await plain.alarm());
    assert.equal(agent.add(1), 2);
  });

  test("each constructor finds the original prototypes", async (t) => {
    const { delivered } = await startSession(t);
    const Framework = frameworkOn(class {});
    class Agent extends Framework {
      add(amount) {
        return [this.current, amount];
      }
    }
    const Instrumented = instrument(Agent);
    for (const amount of [1, 2]) {
      const agent = new Instrumented(ctx);
      assert.deepEqual(agent.add(amount), ["add", amount]);
      // All code sees the function that the framework put there.
      assert.notEqual(Instrumented.prototype.add, Agent.prototype.add);
    }
    const names = (await delivered()).spans.map(({ name }) => name);
    assert.deepEqual(names, ["Agent.add", "Agent.add"]);
  });

  test("constructors may nest and throw", async (t) => {
    const { delivered } = await startSession(t);
    const seen = [];
    class Shop {
      constructor(_, inner) {
        seen.push(Object.hasOwn(new.target.prototype, "sell"));
        if (inner === "broken") throw new Error("no shop");
        if (inner) this.inner = new new.target(_);
        seen.push(Object.hasOwn(new.target.prototype, "sell"));
      }
      sell() {}
    }
    const Instrumented = instrument(Shop);
    assert.throws(() => new Instrumented(ctx, "broken"), /no shop/);
    new Instrumented(ctx, true).sell();
    assert.deepEqual(seen, [false, false, false, false, false]);
    assert.equal((await delivered()).spans.length, 1);
  });

  test("a frozen prototype and a replaced method work", async (t) => {
    await startSession(t);
    class Shop {
      sell() {
        return "sold";
      }
    }
    const Frozen = instrument(class extends Shop {});
    Object.freeze(Frozen.prototype);
    assert.equal(new Frozen(ctx).sell(), "sold");
    const Spied = instrument(class extends Shop {});
    const { prototype } = Spied;
    const before = Object.getOwnPropertyDescriptor(prototype, "sell");
    const value = () => "spied";
    Object.defineProperty(prototype, "sell", { value, configurable: true });
    assert.equal(new Spied(ctx).sell(), "spied");
    Object.defineProperty(prototype, "sell", before);
    assert.equal(new Spied(ctx).sell(), "sold");
  });

  test("seen from outside a method is one function, and can be replaced", async (t) => {
    const { delivered } = await startSession(t);
    class Shop {
      sell(what) {
        return `sold ${what}`;
      }
    }
    const Instrumented = instrument(Shop);
    const { prototype } = Instrumented;
    assert.equal(prototype.sell, Shop.prototype.sell);
    const [one, other] = [new Instrumented(ctx), new Instrumented(ctx)];
    assert.equal(one.sell, other.sell);
    assert.equal(one.sell.name, "sell");
    assert.equal(one.sell("tea"), "sold tea");
    // A spy of a test framework does this, for one object and for all.
    one.sell = () => "nothing";
    assert.equal(one.sell(), "nothing");
    assert.deepEqual(Object.keys(one), ["sell"]);
    prototype.sell = () => "less";
    assert.equal(other.sell(), "less");
    const names = (await delivered()).spans.map(({ name }) => name);
    assert.deepEqual(names, ["Shop.sell", "Shop.sell"]);
  });

  test("the class is named by the option, by itself, or by the nearest class above", async (t) => {
    const { delivered } = await startSession(t);
    class Base {
      own() {}
    }
    for (const [Class, options] of [
      [(() => class {})()],
      [(() => class extends Base {})()],
      [(() => class extends Base {})(), { className: "Chosen" }],
      [(() => class extends Base {})(), { className: "" }],
    ]) {
      const object = new (instrument(Class, options))(ctx);
      if (object.own) object.own();
      else await object.fetch?.();
    }
    const services = (await delivered()).spans.map(
      ({ name, attributes }) => `${name} of ${attributes["rpc.service"]}`,
    );
    assert.deepEqual(services.sort(), [
      "Base.own of Base",
      "Base.own of Base",
      "Chosen.own of Chosen",
    ]);
  });

  test("without a configuration a call is not changed", async () => {
    await Laminar.shutdown();
    class Shop {
      async sell(what) {
        return [what, await this.price()];
      }
      price() {
        return 1;
      }
    }
    const shop = new (instrument(Shop))(ctx);
    assert.deepEqual(await shop.sell("tea"), ["tea", 1]);
  });
});
