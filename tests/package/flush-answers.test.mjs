// What a flush does with the spans for each answer of a server, or without one, and what it reports.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Laminar } from "laminar-edge";
import { partialSuccess } from "./support/decode.mjs";
import { answering, never, respond } from "./support/own-fetch.mjs";

/** Too short for a second attempt, which comes after 125 to 250 ms. */
const SHORT = { traceExportTimeoutMillis: 80 };

async function flushAgainst(t, answer, options = SHORT) {
  const session = answering(t, answer, options);
  session.record("a", "b", "c");
  const report = await Laminar.flush();
  return { ...session, report };
}

describe("answers", () => {
  for (const [name, body] of [
    ["nothing", null],
    ["a page", "<html>ok</html>"],
    ["protobuf that was cut", new Uint8Array([0x0a, 0x7f, 0x08])],
    ["noise", new Uint8Array(40).fill(0xff)],
  ])
    test(`a 200 with ${name} as its body exports the batch`, async (t) => {
      const { report, change } = await flushAgainst(t, () =>
        respond(200, body),
      );
      assert.deepEqual(
        [report.ok, report.exported, report.attempts, report.error],
        [true, 3, 1, undefined],
      );
      assert.ok(report.bytes > 0);
      assert.deepEqual(change(), { recorded: 3, exported: 3 });
    });

  test("rejected spans are counted, and more than were sent count as all", async (t) => {
    for (const [rejected, exported, refused] of [
      [2, 1, 2],
      [127, 0, 3],
    ])
      await t.test(`${rejected}`, async (t) => {
        const { report, change } = await flushAgainst(t, () =>
          respond(200, partialSuccess(rejected, "two of them")),
        );
        assert.deepEqual(
          [report.ok, report.exported, report.rejected, report.pending],
          [false, exported, refused, 0],
        );
        assert.deepEqual(report.error, {
          code: "partial_success",
          message: "two of them",
          status: 200,
        });
        const changes = { recorded: 3, rejected: refused };
        if (exported > 0) changes.exported = exported;
        assert.deepEqual(change(), changes);
      });
  });

  for (const [status, code] of [
    [400, "refused"],
    [401, "unauthorized"],
    [403, "unauthorized"],
  ])
    test(`${status} rejects the batch`, async (t) => {
      t.mock.method(console, "warn", () => {});
      const { report, change } = await flushAgainst(t, () =>
        respond(status, '{"error":"no"}\n'),
      );
      assert.deepEqual(
        [report.ok, report.rejected, report.pending],
        [false, 3, 0],
      );
      const message = `HTTP ${status} {"error":"no"}`;
      assert.deepEqual(report.error, { code, message, status });
      assert.deepEqual(change(), { recorded: 3, rejected: 3 });
    });

  for (const [status, code, again] of [
    [429, "unavailable", {}],
    [502, "unavailable", {}],
    [503, "unavailable", {}],
    [504, "unavailable", {}],
    [408, "server_error", { redelivered: 3 }],
    [500, "server_error", { redelivered: 3 }],
    [501, "server_error", { redelivered: 3 }],
  ])
    test(`after ${status} the batch waits for the next flush`, async (t) => {
      const { report, change } = await flushAgainst(t, (n) =>
        respond(n === 0 ? status : 200),
      );
      assert.deepEqual(
        [report.ok, report.pending, report.attempts],
        [false, 3, 1],
      );
      assert.deepEqual(
        [report.error.code, report.error.status],
        [code, status],
      );
      assert.deepEqual(change(), { recorded: 3, buffered: 3 });
      assert.equal((await Laminar.flush()).exported, 3);
      assert.deepEqual(change(), { recorded: 3, exported: 3, ...again });
    });

  test("a 503 is retried within the budget", async (t) => {
    const { report, change, names } = await flushAgainst(
      t,
      (n) => respond(n === 0 ? 503 : 200),
      {},
    );
    assert.deepEqual(
      [report.ok, report.exported, report.attempts, report.error],
      [true, 3, 2, undefined],
    );
    assert.deepEqual(await names(0), await names(1));
    assert.deepEqual(change(), { recorded: 3, exported: 3 });
  });

  test("a Retry-After beyond the budget is also obeyed by the next flush", async (t) => {
    const { report, change, requests } = await flushAgainst(
      t,
      () => respond(503, null, { "retry-after": "60" }),
      {},
    );
    assert.deepEqual(
      [report.error.code, report.pending, report.attempts],
      ["unavailable", 3, 1],
    );
    const second = await Laminar.flush();
    assert.deepEqual([second.pending, second.attempts], [3, 0]);
    assert.match(second.error.message, /^HTTP 503 earlier.* for (59|60) s$/);
    assert.equal(requests.length, 1);
    assert.deepEqual(change(), { recorded: 3, buffered: 3 });
  });

  test("after a 401 later batches wait", async (t) => {
    t.mock.method(console, "warn", () => {});
    const { record, change, requests } = await flushAgainst(t, () =>
      respond(401),
    );
    record("d", "e", "f");
    const { error, pending } = await Laminar.flush();
    assert.deepEqual([error.code, pending], ["unauthorized", 3]);
    assert.equal(requests.length, 1);
    assert.deepEqual(change(), { recorded: 6, rejected: 3, buffered: 3 });
  });

  test("a batch that is too large is sent in halves, and a single span that is too large is dropped", async (t) => {
    await t.test("halves", async (t) => {
      const { report, names } = await flushAgainst(t, (n) =>
        respond(n === 0 ? 413 : 200),
      );
      assert.deepEqual([report.ok, report.exported], [true, 3]);
      assert.equal(report.error, undefined);
      assert.deepEqual(await names(0), ["a", "b", "c"]);
      const halves = [...(await names(1)), ...(await names(2))];
      assert.deepEqual(halves.sort(), ["a", "b", "c"]);
    });
    await t.test("alone", async (t) => {
      const { report, change } = await flushAgainst(t, () => respond(413));
      assert.deepEqual([report.pending, report.attempts], [0, 5]);
      assert.deepEqual(
        [report.error.code, report.dropped],
        ["payload_too_large", { payload_too_large: 3 }],
      );
      assert.deepEqual(change(), { recorded: 3, payload_too_large: 3 });
    });
  });
});

describe("no answer", () => {
  test("a request without an answer is aborted when the budget ends", async (t) => {
    const began = performance.now();
    const { report, change, requests } = await flushAgainst(t, (n) =>
      n === 0 ? never() : respond(200),
    );
    assert.ok(performance.now() - began < 1_000);
    assert.deepEqual([report.error.code, report.pending], ["timeout", 3]);
    assert.ok(requests[0].signal.aborted);
    assert.deepEqual(change(), { recorded: 3, buffered: 3 });
    assert.equal((await Laminar.flush()).exported, 3);
    assert.deepEqual(change(), { recorded: 3, exported: 3, redelivered: 3 });
  });

  test("spans that may have arrived are sent at most twice, or once with at-most-once", async (t) => {
    for (const redelivery of ["at-least-once", "at-most-once"])
      await t.test(redelivery, async (t) => {
        const { report, change } = await flushAgainst(t, never, {
          ...SHORT,
          redelivery,
        });
        const once = redelivery === "at-most-once";
        assert.equal(report.pending, once ? 0 : 3);
        const last = once ? report : await Laminar.flush();
        assert.deepEqual(last.dropped, { unconfirmed: 3 });
        assert.equal(change().unconfirmed, 3);
      });
  });

  test("an answer whose body never ends is an answer", async (t) => {
    const { report } = await flushAgainst(t, () =>
      respond(200, new ReadableStream({})),
    );
    assert.deepEqual([report.ok, report.exported], [true, 3]);
  });

  for (const [name, message, answer] of [
    [
      "throws",
      "not in this scope",
      () => {
        throw new Error("not in this scope");
      },
    ],
    [
      "throws no error",
      "fetch failed",
      () => {
        throw null;
      },
    ],
    ["rejects", "refused", () => Promise.reject(new TypeError("refused"))],
  ])
    test(`a fetch that ${name} keeps the spans`, async (t) => {
      const { report, change } = await flushAgainst(t, answer);
      assert.deepEqual(report.error, { code: "network", message });
      assert.deepEqual([report.pending, report.attempts], [3, 1]);
      assert.deepEqual(change(), { recorded: 3, buffered: 3 });
    });

  test("a fetch that rejects is retried after growing pauses", async (t) => {
    const at = [];
    const { report } = await flushAgainst(
      t,
      (n) => {
        at.push(performance.now());
        return n < 3 ? Promise.reject(new TypeError("refused")) : respond(200);
      },
      {},
    );
    assert.deepEqual([report.ok, report.attempts], [true, 4]);
    // The pauses are at least half of 250, 500 and 1,000 ms.
    [125, 250, 500].forEach((least, i) =>
      assert.ok(at[i + 1] - at[i] > least - 5, `${at}`),
    );
  });

  test("a key that no header can carry keeps the spans", async (t) => {
    const session = answering(t, () => respond(200), SHORT);
    session.initialize({ projectApiKey: "planted\nkey" });
    session.record("a");
    const report = await Laminar.flush();
    // Programs log their reports.
    assert.ok(!report.error.message.includes("planted"), report.error.message);
    assert.match(report.error.message, /no header can carry/);
    assert.deepEqual(
      [report.error.code, report.pending, report.attempts],
      ["network", 1, 0],
    );
    assert.equal(session.requests.length, 0);
  });
});
