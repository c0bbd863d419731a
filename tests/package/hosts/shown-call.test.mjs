// The root of an event shows the input and output of the call observed below it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  instrument,
  Laminar,
  observe,
  TracingLevel,
  withTracingLevel,
} from "laminar-edge";
import { ask } from "../support/platform.mjs";
import { startSession } from "../support/session.mjs";

const INPUT = "lmnr.span.input";
const OUTPUT = "lmnr.span.output";
const ok = () => new Response(null, { status: 204 });

/** Returns what the root of an event shows whose handler runs `action`. */
async function shown(t, action, { options, session } = {}) {
  const { collector, delivered } = await startSession(t, session);
  const handler = instrument(async (request) => {
    return (await action(request)) ?? ok();
  }, options);
  await (await handler(ask())).text();
  await delivered();
  const { attributes } = collector.span("GET");
  return [attributes[INPUT], attributes[OUTPUT]];
}

const answer = (question) =>
  observe({ name: "answer" }, async (said) => ({ said }), question);

describe("the root of an event", { concurrency: false }, () => {
  test("shows the input and output of the LLM call below it", async (t) => {
    assert.deepEqual(await shown(t, () => answer("why").then(ok)), [
      '["why"]',
      '{"said":"why"}',
    ]);
  });

  test("shows the first of several calls, and none of deeper levels", async (t) => {
    const several = async () => {
      const span = Laminar.startSpan({ name: "step", input: "not observed" });
      await Laminar.withSpan(span, () => answer("deep"), true);
      await Promise.all([answer("first"), answer("second")]);
    };
    assert.deepEqual(await shown(t, several), [
      '["first"]',
      '{"said":"first"}',
    ]);
  });

  test("shows the output of a stream after its body was read", async (t) => {
    const stream = () =>
      observe({ name: "stream", input: "go on" }, async () => {
        const body = new ReadableStream({
          start(controller) {
            for (const chunk of ["a", "b"])
              controller.enqueue(new TextEncoder().encode(chunk));
            controller.close();
          },
        });
        return new Response(body);
      });
    const [input, output] = await shown(t, stream);
    assert.equal(input, "go on");
    assert.deepEqual(JSON.parse(output), {
      type: "response",
      chunks: ["a", "b"],
    });
  });

  test("shows no output of a call that has not ended", async (t) => {
    let finish;
    const slow = () => {
      observe(
        { name: "slow", input: "in" },
        () => new Promise((resolve) => (finish = resolve)),
      );
    };
    assert.deepEqual(await shown(t, slow), ["in", undefined]);
    finish();
  });

  test("keeps an input and output that the program set", async (t) => {
    const own = async () => {
      await answer("why");
      Laminar.setSpanOutput("mine");
    };
    assert.deepEqual(await shown(t, own), ['["why"]', "mine"]);
  });

  test("shows masked values, which are masked once", async (t) => {
    let masked = 0;
    const mask = (key, value) => {
      if (key !== INPUT) return value;
      masked++;
      return value.replace("secret", "•");
    };
    const [input] = await shown(t, () => answer("secret").then(ok), {
      session: { mask },
    });
    assert.equal(input, '["•"]');
    assert.equal(masked, 1);
  });

  test("shows nothing that a tracing level or an option leaves out", async (t) => {
    const nothing = [undefined, undefined];
    const quietly = (level) => () =>
      withTracingLevel(level, () => answer("secret").then(ok));
    for (const level of [TracingLevel.META_ONLY, TracingLevel.OFF])
      assert.deepEqual(await shown(t, quietly(level)), nothing);
    const discreet = { ignoreInput: true, ignoreOutput: true };
    const ignored = () =>
      observe({ name: "answer", ...discreet }, async () => 1, "secret").then(
        ok,
      );
    assert.deepEqual(await shown(t, ignored), nothing);
    const off = { options: { inputOutput: false } };
    assert.deepEqual(
      await shown(t, () => answer("secret").then(ok), off),
      nothing,
    );
  });

  test("shows a call that failed", async (t) => {
    const { collector, delivered } = await startSession(t);
    const handler = instrument(async () => {
      await observe({ name: "fails", input: "in" }, async () => {
        throw new TypeError("no");
      });
    });
    await assert.rejects(handler(ask()), TypeError);
    await delivered();
    assert.equal(collector.span("GET").attributes[INPUT], "in");
  });
});
