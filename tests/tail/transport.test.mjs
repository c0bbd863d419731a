// `transport: "tail"`: the Worker makes no request, and every span arrives once through the Tail Worker.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeRequest } from "../package/support/decode.mjs";
import { deadUrl, startCollector } from "../package/support/collector.mjs";
import { assertBalanced } from "../package/support/ledger.mjs";
import { KINDS, startPair } from "./support.mjs";

const TRANSPORT = { tails: "tail", streamingTails: "streaming-tail" };
const MESSAGE_BYTES = 60 << 10;

async function start(t, kind = "tails", { options, tailOptions, flags } = {}) {
  const collector = await startCollector(t);
  const pair = await startPair(t, {
    kind,
    ...(flags && { flags }),
    producer: { OPTIONS: { transport: TRANSPORT[kind], ...options } },
    tail: {
      LMNR_PROJECT_API_KEY: "the tail's key",
      LMNR_BASE_URL: collector.url,
      OPTIONS: tailOptions,
    },
  });
  return { collector, ...pair };
}

const askJson = async (call, path) => JSON.parse((await call(path)).text);

describe("transport: a Tail Worker", { concurrency: 2 }, () => {
  for (const kind of KINDS) {
    test(`${kind}: a Worker without a key sends its spans, and makes no request`, async (t) => {
      const { collector, call, untilTail } = await start(t, kind);
      const { report, stats } = await askJson(call, "/batch/1?spans=3");
      assert.equal(report.ok, true);
      assert.deepEqual(
        [report.handed, report.attempts, report.exported, report.pending],
        [3, 0, 0, 0],
      );
      assertBalanced(stats);
      assert.deepEqual([stats.recorded, stats.handed], [3, 3]);
      await collector.until(() => collector.spans.length === 3);
      assert.deepEqual(
        collector.requests.map(({ key }) => key),
        ["the tail's key"],
      );
      const tail = await untilTail(({ stats }) => stats.exported > 0);
      assertBalanced(tail.stats);
      assert.deepEqual([tail.stats.recorded, tail.stats.exported], [3, 3]);
    });

    test(`${kind}: each span of 1,000 invocations arrives once`, async (t) => {
      const { collector, call, untilTail, askTail } = await start(t, kind);
      const ids = Array.from({ length: 1_000 }, (_, i) => i);
      const client = async () => {
        for (let i = ids.pop(); i !== undefined; i = ids.pop())
          await call(`/batch/${i}?spans=2&bytes=${(i * 37) % 900}`);
      };
      await Promise.all(Array.from({ length: 20 }, client));
      await collector.until(() => collector.spans.length >= 2_000, 60_000);
      await untilTail(({ stats }) => stats.exported === 2_000);
      // The bytes as they arrived, read by a decoder that is not ours.
      const spans = collector.requests.flatMap(({ bytes }) =>
        decodeRequest(bytes),
      );
      assert.equal(spans.length, 2_000);
      assert.equal(new Set(spans.map(({ spanId }) => spanId)).size, 2_000);
      assert.equal(new Set(spans.map(({ name }) => name)).size, 2_000);
      assert.ok(
        collector.requests.length < 500,
        `${collector.requests.length} requests for 1,000 invocations`,
      );
      const stats = await askJson(call, "/stats");
      assertBalanced(stats);
      assert.deepEqual([stats.recorded, stats.handed], [2_000, 2_000]);
      assertBalanced((await askTail()).stats);
    });
  }

  test("messages stay below the runtime's limits, and the program's logs arrive", async (t) => {
    const { collector, call, untilTail } = await start(t);
    // 400 KB, which is twice what an invocation may publish.
    const first = await askJson(call, "/batch/1?spans=100&bytes=4000");
    assertBalanced(first.stats);
    const { handed } = first.stats;
    assert.ok(handed > 40 && handed < 50, `${handed}`);
    assert.equal(handed + first.report.pending, 100);
    assert.deepEqual(first.report.dropped, {});
    // The spans that did not fit are sent with the next ones.
    let last = first;
    for (let i = 2; last.stats.buffered > 0; i++) {
      assert.ok(i < 8, JSON.stringify(last));
      last = await askJson(call, `/batch/${i}`);
      assertBalanced(last.stats);
    }
    await collector.until(() => collector.spans.length === last.stats.recorded);
    const { seen } = await untilTail(
      ({ seen }) => seen.outcomes.length >= last.stats.recorded - 99,
    );
    assert.ok(seen.biggest <= MESSAGE_BYTES, `${seen.biggest}`);
    assert.equal(seen.truncated, 0);
    assert.equal(seen.logs.length, seen.outcomes.length);
    assert.equal(last.stats.handed, last.stats.recorded);
  });

  for (const kind of KINDS) {
    test(`${kind}: without node:diagnostics_channel every span that was handed arrives`, async (t) => {
      const flags = ["nodejs_als"];
      const { collector, call, untilTail } = await start(t, kind, { flags });
      // 400 KB for a buffered tail, and more than a message of a streaming one can hold.
      const { report, stats } = await askJson(
        call,
        "/batch/1?spans=100&bytes=4000",
      );
      assertBalanced(stats);
      const { handed, buffered } = stats;
      assert.ok(handed > 20, JSON.stringify(report));
      assert.equal(handed + buffered, 100);
      await untilTail(({ stats }) => stats.exported >= handed);
      const { seen } = await untilTail(({ seen }) => seen.outcomes.length > 0);
      assert.equal(seen.truncated, 0);
      assert.equal(collector.spans.length, handed);
    });
  }

  test("with a key, spans that do not fit are sent by fetch", async (t) => {
    const own = await startCollector(t);
    const { collector, call } = await start(t, "tails", {
      options: { projectApiKey: "the tail's key", baseUrl: own.url },
    });
    const { report, stats } = await askJson(
      call,
      "/batch/1?spans=100&bytes=4000",
    );
    assertBalanced(stats);
    assert.equal(report.ok, true);
    assert.ok(report.handed > 40 && report.handed < 50, `${report.handed}`);
    assert.equal(report.exported, 100 - report.handed);
    await collector.until(() => collector.spans.length === report.handed);
    const names = [...own.spans, ...collector.spans].map(({ name }) => name);
    assert.equal(new Set(names).size, 100);
    assert.equal(names.length, 100);
  });

  test("a span too large for a message is sent by fetch, or dropped and counted", async (t) => {
    const keyless = await start(t);
    const lost = await askJson(keyless.call, "/batch/1?spans=1&large=100000");
    assertBalanced(lost.stats);
    assert.deepEqual(lost.report.dropped, { span_too_large: 1 });
    assert.deepEqual([lost.report.handed, lost.report.ok], [0, false]);
    const own = await startCollector(t);
    const { call } = await start(t, "tails", {
      options: { projectApiKey: "k", baseUrl: own.url },
    });
    const sent = await askJson(call, "/batch/1?spans=1&large=100000");
    assert.deepEqual([sent.report.exported, sent.report.handed], [1, 0]);
    assert.equal(own.spans.length, 1);
  });

  test("spans are never sent to another project", async (t) => {
    const other = await start(t, "tails", {
      options: { projectApiKey: "another key", baseUrl: deadUrl() },
    });
    await other.call("/batch/1");
    const { reports } = await other.untilTail(({ reports }) => reports.length);
    assert.deepEqual([reports[0].received, reports[0].unmatched], [0, 1]);
    assert.equal(other.collector.requests.length, 0);

    const named = await start(t, "tails", {
      options: { tailProject: "second" },
      tailOptions: { projects: { second: "the second key" } },
    });
    await named.call("/batch/1");
    await named.collector.until(() => named.collector.spans.length === 1);
    assert.equal(named.collector.requests[0].key, "the second key");
  });

  test("the Tail Worker retries", async (t) => {
    const { collector, call, untilTail } = await start(t);
    let failures = 2;
    collector.behave(() => (failures-- > 0 ? { status: 503 } : {}));
    await call("/batch/1?spans=5");
    await untilTail(({ stats }) => stats.exported === 5);
    assert.equal(collector.requests.length, 3);
  });
});
