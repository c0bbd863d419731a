// instrument in real workerd: every kind of event becomes a span that is sent by itself.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { kCurrentWorker } from "miniflare";
import { startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { lines, outline } from "./support/outline.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

const SERVER = 2;
const CONSUMER = 5;
const ERROR = 2;

async function start(t, { flags }, options = {}) {
  const collector = await startCollector(t);
  const worker = await startWorker(t, "instrument.js", {
    flags,
    bindings: {
      LMNR_PROJECT_API_KEY: "key",
      LMNR_BASE_URL: collector.url,
    },
    options: {
      durableObjects: { ROOM: { className: "Room", useSQLite: true } },
      serviceBindings: {
        GREETER: { name: kCurrentWorker, entrypoint: "Greeter" },
        TRUSTING: { name: kCurrentWorker, entrypoint: "Trusting" },
        TAIL: { name: kCurrentWorker, entrypoint: "Tail" },
      },
      queueProducers: { QUEUE: "jobs" },
      queueConsumers: { jobs: { maxBatchTimeout: 0 } },
      unsafeTriggerHandlers: true,
      ...options,
    },
  });
  const get = (path, init) => fetch(new URL(path, worker.url), init);
  return {
    collector,
    worker,
    get,
    named: async (...names) => {
      await collector.until(() =>
        names.every((name) => collector.span(name) !== undefined),
      );
      return names.map((name) => collector.span(name));
    },
    notes: async () => {
      const answer = await (await get("notes")).json();
      assertBalanced(answer.stats);
      return answer;
    },
  };
}

for (const mode of ["nodejs_compat", "no flag"])
  describe(`instrument in workerd with ${mode}`, { concurrency: 4 }, () => {
    test("a request is a span, and its steps are below it", async (t) => {
      const { collector, get, notes } = await start(t, MODES[mode]);
      const { trace } = await (await get("steps?secret=1")).json();
      await collector.until(() => collector.spans.length === 3);
      assert.equal(
        outline(collector.spans),
        lines(`
          GET
            first
            second
        `),
      );
      const root = collector.span("GET");
      assert.equal(root.traceId, trace.replaceAll("-", ""));
      assert.equal(root.kind, SERVER);
      assert.equal(root.status.code, 0);
      assert.equal(root.attributes.seen, true);
      assert.equal(root.attributes["http.request.method"], "GET");
      assert.equal(root.attributes["url.scheme"], "http");
      assert.equal(root.attributes["url.path"], "/steps");
      assert.equal(root.attributes["server.address"], "127.0.0.1");
      assert.equal(root.attributes["http.response.status_code"], 200n);
      // The input is that of the first step, and steps have no argument.
      assert.equal(root.attributes["lmnr.span.input"], "{}");
      assert.ok(
        !JSON.stringify(Object.values(root.attributes).map(String)).includes(
          "secret",
        ),
      );
      assert.equal(collector.requests.length, 1);
      assert.equal(collector.requests[0].key, "key");
      const { notes: noted } = await notes();
      assert.deepEqual(noted.slice(0, 2), [
        "the same object",
        "this is the handler",
      ]);
    });

    test("concurrent requests keep their steps apart", async (t) => {
      const { collector, get } = await start(t, MODES[mode]);
      await Promise.all(Array.from({ length: 10 }, () => get("steps")));
      await collector.until(() => collector.spans.length === 30);
      const tree = outline(collector.spans).split("\n");
      assert.deepEqual(
        tree.filter((_, i) => i % 3 === 0),
        Array(10).fill("GET"),
      );
    });

    test("an exception and a 503 fail the span", async (t) => {
      const { collector, get, named } = await start(t, MODES[mode]);
      const failed = await get("fail");
      assert.equal(failed.status, 500);
      assert.match(await failed.text(), /no such thing/);
      const [root] = await named("GET");
      assert.equal(root.status.code, ERROR);
      assert.equal(root.events[0].attributes["exception.type"], "TypeError");
      assert.equal((await get("unavailable")).status, 503);
      await collector.until(() => collector.spans.length === 2);
      const [, second] = collector.spans;
      assert.equal(second.status.code, ERROR);
      assert.equal(second.attributes["error.type"], "503");
      assert.equal(second.events.length, 0);
    });

    test("a stream is followed to its end, and its steps are below it", async (t) => {
      const { collector, get } = await start(t, MODES[mode]);
      const response = await get("stream?chunks=3");
      assert.equal(response.headers.get("content-type"), "text/event-stream");
      assert.equal((await response.text()).length, 3_000);
      await collector.until(() => collector.spans.length === 4);
      const root = collector.span("GET");
      const last = collector.span("chunk 3");
      assert.ok(root.end >= last.end, "it ended before its body");
      assert.equal(root.attributes["laminar.incomplete"], undefined);
      assert.equal(last.parentSpanId, root.spanId);
      assert.equal(collector.requests.length, 1, "delivered in one go");
    });

    test("a client that leaves makes the span incomplete", async (t) => {
      const { get, named, notes } = await start(t, MODES[mode]);
      let root;
      // A Worker does not always see that a client has left, because the connection may be kept.
      for (let attempt = 0; root === undefined && attempt < 4; attempt++) {
        const response = await get("stream?chunks=100000");
        const reader = response.body.getReader();
        await reader.read();
        await reader.cancel();
        const arrived = named("GET").catch(() => []);
        [root] = await Promise.race([arrived, wait(3_000, [])]);
      }
      assert.notEqual(root, undefined, "no client was seen to leave");
      assert.equal(root.attributes["laminar.incomplete"], true);
      assert.ok((await notes()).notes.includes("cancelled: undefined"));
    });

    test("a stream that fails fails the span", async (t) => {
      const { get, named } = await start(t, MODES[mode]);
      const response = await get("stream-fails");
      await response.text().catch(() => {});
      const [root] = await named("GET");
      assert.equal(root.status.code, ERROR);
      assert.equal(root.status.message, "dried up");
      assert.equal(root.attributes["http.response.status_code"], 200n);
    });

    test("a WebSocket of the Worker's own opens, and its request is a span", async (t) => {
      const { worker, named } = await start(t, MODES[mode]);
      const socket = await connect(worker, "upgrade");
      assert.equal(await message(socket), "hello");
      socket.close();
      const [root] = await named("GET");
      assert.equal(root.attributes["http.response.status_code"], 101n);
    });

    test("scheduled, queue and email are spans", async (t) => {
      const { get, named, notes, worker } = await start(t, MODES[mode]);
      const cron = "*/5 * * * *";
      await get(`cdn-cgi/handler/scheduled?cron=${encodeURIComponent(cron)}`);
      const [tidy, scheduled] = await named("tidy", `scheduled ${cron}`);
      assert.equal(tidy.parentSpanId, scheduled.spanId);
      assert.equal(scheduled.attributes["faas.trigger"], "timer");
      assert.equal(scheduled.attributes["faas.cron"], cron);
      assert.match(scheduled.attributes["faas.time"], /^\d{4}-.*Z$/);

      await get("enqueue");
      const [consume, queue] = await named("consume", "process jobs");
      assert.equal(consume.parentSpanId, queue.spanId);
      assert.equal(queue.kind, CONSUMER);
      assert.equal(queue.attributes["messaging.destination.name"], "jobs");
      assert.equal(queue.attributes["messaging.batch.message_count"], 2n);

      const mail =
        "From: a@example.com\r\nTo: b@example.com\r\nMessage-ID: <1@example.com>\r\n\r\nHi";
      const sent = await get(
        "cdn-cgi/handler/email?from=a@example.com&to=b@example.com",
        { method: "POST", body: mail },
      );
      assert.equal(sent.status, 200, await sent.text());
      const [read, email] = await named("read mail", "email");
      assert.equal(read.parentSpanId, email.spanId);
      const { notes: noted } = await notes();
      for (const note of [
        `scheduled ${cron}`,
        "queue 1,2",
        "email a@example.com",
      ])
        assert.ok(noted.includes(note), note);
      assert.deepEqual(worker.output, []);
    });

    // miniflare sends no tail events to the Worker that they are about, so a route of its own does.
    test("tail is a span", async (t) => {
      const { get, named } = await start(t, MODES[mode]);
      await get("tail");
      const [read, tail] = await named("read tail", "tail");
      assert.equal(read.parentSpanId, tail.spanId);
    });

    test("fetch and RPC of a WorkerEntrypoint are spans", async (t) => {
      const { get, named, collector } = await start(t, MODES[mode]);
      assert.equal(await (await get("rpc")).text(), "Hello, Ada!");
      const [greet, polish] = await named("Greeter.greet", "polish");
      assert.equal(polish.parentSpanId, greet.spanId);
      assert.equal(greet.attributes["rpc.service"], "Greeter");
      assert.equal(greet.attributes["rpc.method"], "greet");
      assert.equal(greet.kind, SERVER);
      assert.equal(await (await get("greeter")).text(), "Hello, fetch!");
      const [inside] = await named("inside");
      await collector.until(() => collector.spans.length === 6);
      const entry = collector.spans.find(
        ({ spanId }) => spanId === inside.parentSpanId,
      );
      assert.equal(entry.name, "GET");
      // What the class calls of itself is no event.
      assert.equal(collector.span("Greeter.decorate"), undefined);
    });

    test("the level of a trusted caller applies to the whole request", async (t) => {
      const { get, collector, notes } = await start(t, MODES[mode]);
      const ask = (tracingLevel) =>
        get("trusting", {
          headers: {
            "x-laminar-span-context": JSON.stringify({
              traceId: "11111111-1111-1111-1111-111111111111",
              spanId: "00000000-0000-0000-1111-111111111111",
              userId: "ada",
              tracingLevel,
            }),
          },
        });
      // The Worker in front also continues the trace, by its ids alone.
      const USER = "lmnr.association.properties.user_id";
      const trusted = () =>
        collector.spans.filter(({ attributes }) => USER in attributes);
      for (const level of ["off", "meta_only"])
        assert.equal(await (await ask(level)).text(), "trusting");
      await collector.until(() => trusted().length === 4);
      for (const { name, attributes } of trusted()) {
        assert.equal(attributes["lmnr.span.input"], undefined, name);
        assert.equal(attributes[USER], "ada");
      }
      await (await ask("all")).text();
      await collector.until(() => trusted().length === 8);
      // The Worker's own spans of three requests are there too, because no level applies to them.
      await collector.until(() => collector.spans.length === 11);
      for (const { traceId } of collector.spans) assert.match(traceId, /^1+$/);
      assert.equal((await notes()).stats.recorded, 11);
      const said = trusted().filter(
        ({ attributes }) => attributes["lmnr.span.input"] !== undefined,
      );
      // The root shows what the first step was given.
      assert.deepEqual(said.map(({ name }) => name).sort(), [
        "GET",
        "after",
        "before",
        "in the body",
      ]);
    });

    test("constructor, RPC, alarm with its retry and WebSocket of a Durable Object are spans", async (t) => {
      const { get, named, notes, worker, collector } = await start(
        t,
        MODES[mode],
      );
      assert.deepEqual(await (await get("room-rpc")).json(), [2, 5]);
      if (MODES[mode].storage) {
        await named("Room.add");
        await collector.until(
          () =>
            collector.names().filter((name) => name === "Room.add").length ===
            2,
        );
      }
      assert.equal(await (await get("room/alarm")).text(), "set");
      const [, alarm, again] = await named("GET", "try 0", "try 1");
      await collector.until(
        () =>
          collector.names().filter((name) => name === "Room.alarm").length ===
          2,
      );
      const alarms = collector.spans.filter(
        ({ name }) => name === "Room.alarm",
      );
      assert.deepEqual(
        alarms.map(({ status }) => status.code),
        [ERROR, 0],
      );
      assert.deepEqual(
        [alarm.parentSpanId, again.parentSpanId],
        alarms.map(({ spanId }) => spanId),
      );

      const socket = await connect(worker, "room/socket");
      const echo = message(socket);
      socket.send("one");
      assert.equal(await echo, "echo one");
      const [think, received] = await named("think", "Room.webSocketMessage");
      assert.equal(think.parentSpanId, received.spanId);
      socket.close(1000);
      await named("Room.webSocketClose");
      const names = collector.names();
      for (const internal of ["Room.reset", "Room.count"])
        assert.ok(!names.includes(internal), internal);
      assert.ok(
        (await notes()).notes.includes("true,Room,all are welcome,true"),
      );
    });
  });

async function connect(worker, path) {
  const response = await worker.miniflare.dispatchFetch(
    `http://worker/${path}`,
    { headers: { upgrade: "websocket" } },
  );
  response.webSocket.accept();
  return response.webSocket;
}

function message(socket) {
  return new Promise((resolve) =>
    socket.addEventListener("message", ({ data }) => resolve(data), {
      once: true,
    }),
  );
}
