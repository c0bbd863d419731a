// The calls in Node: observe, withSpan, and the methods of a span.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Laminar, LaminarAttributes, observe } from "laminar-edge";
import { startSession } from "./support/session.mjs";

class Answer extends Promise {
  more() {
    return "more";
  }
}

const INPUT = "lmnr.span.input";
const OUTPUT = "lmnr.span.output";

describe("observe", () => {
  test("a synchronous function stays synchronous, its result untouched", async (t) => {
    const { collector, delivered } = await startSession(t);
    const result = { big: true };
    assert.equal(
      observe({ name: "sync" }, () => result),
      result,
    );
    const sum = observe({ name: "sum" }, (a, b) => a + b, 1, 2);
    assert.equal(sum, 3);
    await delivered();
    assert.equal(collector.span("sync").attributes[OUTPUT], '{"big":true}');
    assert.equal(collector.span("sum").attributes[INPUT], "[1,2]");
    assert.equal(collector.span("sum").attributes[OUTPUT], "3");
  });

  test("a promise resolves to the same value, after the span has ended", async (t) => {
    const { collector, delivered } = await startSession(t);
    const value = { a: 1 };
    const promise = observe({ name: "async" }, async () => value);
    assert.ok(promise instanceof Promise);
    assert.equal(await promise, value);
    await delivered();
    const span = collector.span("async");
    assert.equal(span.attributes[OUTPUT], '{"a":1}');
    assert.ok(span.end >= span.start);
  });

  test("a promise of a subclass stays one", async (t) => {
    const { collector, delivered } = await startSession(t);
    const promise = Answer.resolve(7);
    const other = Answer.resolve(8);
    assert.equal(
      observe({ name: "observed" }, () => promise),
      promise,
    );
    const span = Laminar.startSpan({ name: "with" });
    assert.equal(
      Laminar.withSpan(span, () => other, true),
      other,
    );
    assert.equal(promise.more(), "more");
    assert.deepEqual([await promise, await other], [7, 8]);
    await delivered();
    assert.equal(collector.span("observed").attributes[OUTPUT], "7");
    assert.ok(collector.span("with"));
  });

  test("an exception or rejection reaches the caller and the span", async (t) => {
    const { collector, delivered } = await startSession(t);
    const error = new RangeError("too far");
    const thrower = () => {
      throw error;
    };
    assert.throws(() => observe({ name: "thrown" }, thrower), error);
    await assert.rejects(
      observe({ name: "rejected" }, async () => thrower()),
      error,
    );
    const span = Laminar.startSpan({ name: "within" });
    assert.throws(() => Laminar.withSpan(span, thrower, true), error);
    const other = Laminar.startSpan({ name: "within async" });
    await assert.rejects(
      Laminar.withSpan(other, async () => thrower(), true),
      error,
    );
    await delivered();
    for (const name of ["thrown", "rejected", "within", "within async"]) {
      const { events, status, attributes } = collector.span(name);
      assert.equal(events.length, 1, name);
      assert.equal(events[0].name, "exception");
      assert.equal(events[0].attributes["exception.type"], "RangeError");
      assert.equal(events[0].attributes["exception.message"], "too far");
      assert.match(events[0].attributes["exception.stacktrace"], /node.test/);
      assert.deepEqual(status, { code: 2, message: "too far" });
      assert.equal(attributes[OUTPUT], undefined);
    }
  });

  test("input and output have the forms that Laminar shows", async (t) => {
    const { collector, delivered } = await startSession(t);
    const shape = (name, options, args, result) =>
      observe({ name, ...options }, () => result, ...args);
    shape("nothing", {}, [], undefined);
    shape("text", {}, ["a"], "plain text");
    shape("object", {}, [{ a: 1 }], { b: 2 });
    shape("many", {}, [{ a: 1 }, "b"], [1]);
    shape("map", {}, [new Map([["k", 1]])], new Map([["k", 1]]));
    shape("given", { input: { mine: true } }, ["a"], 1);
    shape("ignored", { ignoreInput: true, ignoreOutput: true }, ["a"], "b");
    shape("null", {}, [1], null);
    await observe({ name: "async text" }, async () => "1");
    await delivered();
    const shapes = Object.fromEntries(
      collector.spans.map(({ name, attributes }) => [
        name,
        [attributes[INPUT], attributes[OUTPUT]],
      ]),
    );
    assert.deepEqual(shapes, {
      nothing: ["{}", undefined],
      text: ['["a"]', "plain text"],
      object: ['{"a":1}', '{"b":2}'],
      many: ['[{"a":1},"b"]', "[1]"],
      map: ['[[["k",1]]]', '[["k",1]]'],
      given: ['{"mine":true}', "1"],
      ignored: [undefined, undefined],
      null: ["[1]", "null"],
      "async text": ["{}", '"1"'],
    });
  });

  test("the name is the option, else the function's", async (t) => {
    const { collector, delivered } = await startSession(t);
    observe({ name: "given" }, function own() {});
    observe({}, function own() {});
    observe(undefined, () => 1);
    await delivered();
    assert.deepEqual(collector.names(), ["", "given", "own"]);
  });

  test("without a function it throws a clear error", () => {
    assert.throws(() => observe({ name: "x" }), TypeError);
  });

  test("spans nest, across awaits and in parallel", async (t) => {
    const { collector, delivered } = await startSession(t);
    await observe({ name: "root" }, () =>
      Promise.all(
        ["a", "b"].map((letter) =>
          observe({ name: letter }, async () => {
            await new Promise((resolve) => setTimeout(resolve, 5));
            observe({ name: `${letter}${letter}` }, () => 1);
          }),
        ),
      ),
    );
    await delivered();
    const root = collector.span("root");
    for (const letter of ["a", "b"]) {
      const outer = collector.span(letter);
      const inner = collector.span(letter + letter);
      assert.equal(outer.parentSpanId, root.spanId);
      assert.equal(inner.parentSpanId, outer.spanId);
      assert.equal(inner.traceId, root.traceId);
      assert.deepEqual(inner.attributes["lmnr.span.path"], [
        "root",
        letter,
        letter + letter,
      ]);
      assert.ok(inner.start >= outer.start && inner.end <= outer.end);
    }
  });
});

describe("spans", () => {
  test("withSpan makes a span the parent and ends it if told to", async (t) => {
    const { collector, delivered } = await startSession(t);
    const kept = Laminar.startSpan({ name: "kept" });
    const result = Laminar.withSpan(kept, () => {
      Laminar.startSpan({ name: "child" }).end();
      return "result";
    });
    assert.equal(result, "result");
    assert.equal(kept.isRecording(), true);
    const ended = Laminar.startSpan({ name: "ended" });
    assert.equal(await Laminar.withSpan(ended, async () => 1, true), 1);
    assert.equal(ended.isRecording(), false);
    await delivered();
    assert.deepEqual(collector.names(), ["child", "ended"]);
    assert.equal(
      collector.span("child").parentSpanId,
      kept.spanContext().spanId,
    );
    kept.end();
  });

  test("withSpan runs its function with what is no span, and keeps its error", async (t) => {
    const { collector, delivered } = await startSession(t);
    const error = new Error("the program's");
    for (const span of [undefined, null, {}, "span", 7, () => {}]) {
      assert.equal(
        Laminar.withSpan(span, () => "result", true),
        "result",
      );
      const fails = () => {
        observe({ name: "child" }, () => 1);
        throw error;
      };
      assert.throws(() => Laminar.withSpan(span, fails, true), error);
      const later = Laminar.withSpan(span, async () => fails(), true);
      await assert.rejects(later, error);
    }
    await delivered();
    assert.equal(collector.spans.length, 12);
    for (const { parentSpanId } of collector.spans)
      assert.equal(parentSpanId, "");
  });

  test("startSpan takes what it is given, and children inherit it", async (t) => {
    const { collector, delivered } = await startSession(t);
    const startTime = Date.now() - 5_000;
    const parent = Laminar.startSpan({
      name: "parent",
      input: { question: "why" },
      spanType: "LLM",
      tags: ["a", "b", "a"],
      userId: "user",
      sessionId: "session",
      metadata: { plan: "pro", nested: { a: 1 } },
      startTime,
    });
    const child = Laminar.startSpan({ name: "child", parent });
    child.end();
    parent.end(startTime + 1_000);
    await delivered();
    const one = collector.span("parent");
    assert.equal(one.start, BigInt(startTime) * 1_000_000n);
    assert.equal(one.end - one.start, 1_000_000_000n);
    const association = "lmnr.association.properties.";
    const inherited = {
      [`${association}user_id`]: "user",
      [`${association}session_id`]: "session",
      [`${association}metadata.plan`]: "pro",
      [`${association}metadata.nested`]: '{"a":1}',
    };
    for (const span of [one, collector.span("child")])
      for (const [key, value] of Object.entries(inherited))
        assert.equal(span.attributes[key], value, `${key} of ${span.name}`);
    assert.equal(one.attributes[INPUT], '{"question":"why"}');
    assert.equal(one.attributes["lmnr.span.type"], "LLM");
    assert.deepEqual(one.attributes[`${association}tags`], ["a", "b"]);
    const two = collector.span("child");
    assert.equal(two.attributes["lmnr.span.type"], "DEFAULT");
    assert.equal(two.attributes[`${association}tags`], undefined);
    assert.equal(two.parentSpanId, one.spanId);
  });

  test("every method returns the span, and does nothing after its end", async (t) => {
    const warned = t.mock.method(console, "warn", () => {});
    const { collector, delivered } = await startSession(t);
    const span = Laminar.startSpan({ name: "first" });
    const change = (word) =>
      span
        .setAttribute("word", word)
        .setAttributes({ [word]: true })
        .setInput(word)
        .setOutput(word)
        .addEvent(word, { word }, Date.now())
        .recordException(new Error(word))
        .setStatus({ code: 2, message: word })
        .updateName(word);
    assert.equal(change("before"), span);
    assert.equal(span.isRecording(), true);
    span.end();
    assert.equal(span.isRecording(), false);
    assert.equal(change("after"), span);
    span.end();
    const { report } = await delivered();
    assert.equal(report.exported, 1);
    const [sent] = collector.spans;
    assert.equal(sent.name, "before");
    assert.deepEqual(sent.attributes["lmnr.span.path"], ["first"]);
    assert.equal(sent.attributes.word, "before");
    assert.equal(sent.attributes.after, undefined);
    assert.deepEqual(
      sent.events.map(({ name }) => name),
      ["before", "exception"],
    );
    assert.equal(sent.status.message, "before");
    assert.match(warned.mock.calls[0].arguments[0], /ended twice/);
  });

  test("token counts are integers, and a span knows its ids", async (t) => {
    const { collector, delivered } = await startSession(t);
    const span = Laminar.startSpan({ name: "llm", spanType: "LLM" });
    span.setAttributes({
      [LaminarAttributes.INPUT_TOKEN_COUNT]: 12,
      [LaminarAttributes.OUTPUT_TOKEN_COUNT]: 34,
      [LaminarAttributes.TOTAL_COST]: 0.5,
    });
    const { traceId, spanId, traceFlags } = span.spanContext();
    span.end();
    await delivered();
    const [sent] = collector.spans;
    assert.equal(sent.attributes["gen_ai.usage.input_tokens"], 12n);
    assert.equal(sent.attributes["gen_ai.usage.output_tokens"], 34n);
    assert.equal(sent.attributes["gen_ai.usage.cost"], 0.5);
    assert.match(traceId, /^[0-9a-f]{32}$/);
    assert.match(spanId, /^[0-9a-f]{16}$/);
    assert.equal(traceFlags, 1);
    assert.deepEqual([sent.traceId, sent.spanId], [traceId, spanId]);
    assert.deepEqual(sent.attributes["lmnr.span.ids_path"], [
      `00000000-0000-0000-${spanId.slice(0, 4)}-${spanId.slice(4)}`,
    ]);
    assert.equal(
      sent.attributes["lmnr.span.instrumentation_source"],
      "javascript",
    );
  });
});
