// Values of every kind, and keys with a special meaning in JavaScript.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Laminar, observe } from "laminar-edge";
import { startSession } from "./support/session.mjs";

/** Returns the attributes that arrive of a span on which `set` has been called. */
async function arrived(t, set) {
  const { delivered } = await startSession(t);
  const span = Laminar.startSpan({ name: "span" });
  set(span);
  span.end();
  const { spans } = await delivered();
  assert.equal(spans.length, 1);
  return spans[0];
}

describe("values", () => {
  test("whole numbers arrive as integers and others as doubles", async (t) => {
    const numbers = {
      zero: [0, 0n],
      "minus zero": [-0, 0n],
      one: [1, 1n],
      "minus one": [-1, -1n],
      "31 bits": [2 ** 31 - 1, 2n ** 31n - 1n],
      "over 31 bits": [2 ** 31, 2n ** 31n],
      "minus 31 bits": [-(2 ** 31), -(2n ** 31n)],
      "over minus 31 bits": [-(2 ** 31) - 1, -(2n ** 31n) - 1n],
      "32 bits": [2 ** 32, 2n ** 32n],
      "minus 32 bits": [-(2 ** 32), -(2n ** 32n)],
      safe: [Number.MAX_SAFE_INTEGER, 2n ** 53n - 1n],
      "minus safe": [Number.MIN_SAFE_INTEGER, -(2n ** 53n) + 1n],
      "2 to the 53": [2 ** 53, 2n ** 53n],
      "2 to the 62": [2 ** 62 + 1024, 2n ** 62n + 1024n],
      "minus 2 to the 62": [-(2 ** 62) - 1024, -(2n ** 62n) - 1024n],
      "2 to the 63": [2 ** 63, 2 ** 63],
      "minus 2 to the 63": [-(2 ** 63), -(2n ** 63n)],
      half: [0.5, 0.5],
      tiny: [Number.MIN_VALUE, Number.MIN_VALUE],
      huge: [Number.MAX_VALUE, Number.MAX_VALUE],
      infinity: [Infinity, Infinity],
      "minus infinity": [-Infinity, -Infinity],
      nan: [NaN, NaN],
      bigint: [5n, 5n],
      "minus bigint": [-5n, -5n],
      "63 bits": [2n ** 63n - 1n, 2n ** 63n - 1n],
      "minus 63 bits": [-(2n ** 63n), -(2n ** 63n)],
      "over 63 bits": [2n ** 63n, String(2n ** 63n)],
    };
    const { attributes } = await arrived(t, (span) => {
      for (const [key, [value]] of Object.entries(numbers))
        span.setAttribute(key, value);
      span.setAttribute(
        "all",
        Object.values(numbers)
          .map(([value]) => value)
          .filter((value) => typeof value === "number"),
      );
    });
    for (const [key, [, expected]] of Object.entries(numbers))
      assert.deepEqual(attributes[key], expected, key);
    assert.deepEqual(
      attributes.all,
      Object.values(numbers)
        .filter(([value]) => typeof value === "number")
        .map(([, expected]) => expected),
    );
  });

  test("strings, booleans, bytes and arrays keep their type", async (t) => {
    const bytes = Uint8Array.from({ length: 259 }, (_, i) => i % 256);
    const { attributes } = await arrived(t, (span) => {
      span.setAttributes({
        empty: "",
        text: "text",
        yes: true,
        no: false,
        strings: ["a", "", "c"],
        numbers: [1, 0.5],
        booleans: [true, false],
        holes: ["a", null, undefined, "d"],
        none: [],
      });
      for (let length = 0; length < 6; length++)
        span.setAttribute(`bytes ${length}`, bytes.subarray(0, length));
      span.setAttribute("bytes", bytes);
    });
    assert.equal(attributes.empty, "");
    assert.equal(attributes.text, "text");
    assert.equal(attributes.yes, true);
    assert.equal(attributes.no, false);
    assert.deepEqual(attributes.strings, ["a", "", "c"]);
    assert.deepEqual(attributes.numbers, [1n, 0.5]);
    assert.deepEqual(attributes.booleans, [true, false]);
    assert.deepEqual(attributes.holes, ["a", null, null, "d"]);
    assert.deepEqual(attributes.none, []);
    for (let length = 0; length < 6; length++)
      assert.deepEqual(
        attributes[`bytes ${length}`],
        bytes.slice(0, length),
        `${length} bytes`,
      );
    assert.deepEqual(attributes.bytes, bytes);
  });

  test("values are copied when they are set", async (t) => {
    const list = ["before"];
    const bytes = Uint8Array.of(1, 2, 3);
    const buffer = Buffer.from([1, 2, 3]);
    const input = { text: "before" };
    const { attributes } = await arrived(t, (span) => {
      span.setAttributes({ list, bytes, buffer }).setInput(input);
      list[0] = input.text = "after";
      bytes[0] = buffer[0] = 9;
    });
    assert.deepEqual(attributes.list, ["before"]);
    assert.deepEqual(attributes.bytes, Uint8Array.of(1, 2, 3));
    assert.deepEqual(attributes.buffer, Uint8Array.of(1, 2, 3));
    assert.equal(attributes["lmnr.span.input"], '{"text":"before"}');
  });

  test("values that no attribute can hold are left out", async (t) => {
    const { attributes } = await arrived(t, (span) => {
      span.setAttributes({
        nothing: undefined,
        null: null,
        object: { a: 1 },
        symbol: Symbol("s"),
        function: () => 1,
        mixed: ["a", 1],
        nested: [["a"]],
        date: new Date(),
      });
      span.setAttribute("kept", 1);
    });
    const own = Object.keys(attributes).filter((key) => !/^lmnr\./.test(key));
    assert.deepEqual(own, ["kept"]);
  });
});

describe("keys", () => {
  test("keys such as __proto__ are ordinary keys", async (t) => {
    const keys = [
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "prototype",
      "0",
      "42",
      "-1",
      "4294967295",
      " ",
      "a.b",
      "é",
    ];
    const { attributes, events } = await arrived(t, (span) => {
      for (const key of keys) span.setAttribute(key, `value of ${key}`);
      // OpenTelemetry has no attribute without a name.
      span.setAttribute("", "nameless");
      span.addEvent("event", JSON.parse('{"__proto__":"p","1":"one"}'));
    });
    for (const key of keys) assert.equal(attributes[key], `value of ${key}`);
    assert.equal(attributes[""], undefined);
    const [event] = events;
    assert.deepEqual(Object.entries(event.attributes).sort(), [
      ["1", "one"],
      ["__proto__", "p"],
    ]);
  });

  test("metadata keys such as __proto__ are ordinary keys", async (t) => {
    const { delivered } = await startSession(t);
    const metadata = JSON.parse('{"__proto__":"p","a":{"b":1},"n":1,"":"e"}');
    const deeper = JSON.parse('{"__proto__":{"b":2}}');
    observe({ name: "outer", metadata }, () =>
      observe({ name: "inner" }, () => {
        const text = Laminar.serializeLaminarSpanContext();
        assert.deepEqual(JSON.parse(text).metadata, metadata);
      }),
    );
    const other = Laminar.startSpan({ name: "other", metadata: deeper });
    assert.equal(other.getLaminarSpanContext().metadata.b, undefined);
    const { spans } = await delivered();
    for (const { attributes } of spans) {
      const prefix = "lmnr.association.properties.metadata.";
      assert.equal(attributes[`${prefix}__proto__`], "p");
      assert.equal(attributes[`${prefix}a`], '{"b":1}');
      assert.equal(attributes[`${prefix}n`], 1n);
      assert.equal(attributes[prefix], "e");
    }
  });

  // A search for each key among the others would take minutes.
  test("metadata may have very many keys", async (t) => {
    await startSession(t);
    const metadata = {};
    for (let i = 0; i < 300_000; i++) metadata[`key ${i}`] = i;
    const parent = Laminar.startSpan({ name: "parent", metadata });
    const own = { "key 0": "own", "key 299999": "own", more: "own" };
    const child = Laminar.startSpan({ name: "child", parent, metadata: own });
    assert.deepEqual(child.getLaminarSpanContext().metadata, {
      ...metadata,
      ...own,
    });
    child.end();
    parent.end();
  });

  test("text is no list of attributes", async (t) => {
    const { attributes, links } = await arrived(t, (span) => {
      const context = { traceId: "a".repeat(32), spanId: "b".repeat(16) };
      span.setAttributes("text").addLink({ context, attributes: "text" });
    });
    assert.equal(attributes[0], undefined);
    assert.deepEqual({ ...links[0].attributes }, {});
  });

  test("the last value of a key counts, large or small", async (t) => {
    const large = (letter) => letter.repeat(100_000);
    const { attributes } = await arrived(t, (span) => {
      const rounds = {
        "small large small": ["a", large("b"), "c"],
        "large small": [large("a"), "b"],
        "small large": ["a", large("b")],
        "large large": [large("a"), large("b")],
        "text number bytes": [large("a"), 1, Uint8Array.of(7)],
      };
      for (const [key, values] of Object.entries(rounds))
        for (const value of values) span.setAttribute(key, value);
    });
    // The decoder refuses duplicate keys.
    assert.equal(attributes["small large small"], "c");
    assert.equal(attributes["large small"], "b");
    assert.ok(attributes["small large"] === large("b"));
    assert.ok(attributes["large large"] === large("b"));
    assert.deepEqual(attributes["text number bytes"], Uint8Array.of(7));
  });

  test("keys that Laminar writes itself arrive once and with the right value", async (t) => {
    const keys = [
      "lmnr.span.path",
      "lmnr.span.ids_path",
      "lmnr.span.instrumentation_source",
      "lmnr.span.sdk_version",
      "lmnr.span.language_version",
    ];
    const { name, attributes } = await arrived(t, (span) => {
      for (const key of keys) span.setAttribute(key, "mine");
      span.setAttribute("lmnr.span.path", ["not", "mine"]);
      span.setAttribute("lmnr.span.ids_path", "x".repeat(1_000));
    });
    assert.equal(name, "span");
    assert.deepEqual(attributes["lmnr.span.path"], ["span"]);
    assert.equal(attributes["lmnr.span.ids_path"].length, 1);
  });

  test("attributes beyond 1,024 are dropped, except Laminar's own and those of LLM calls", async (t) => {
    const span = await arrived(t, (span) => {
      for (let i = 0; i < 1_500; i++) span.setAttribute(`key ${i}`, i);
      // Existing keys can still change.
      span.setAttribute("key 3", "changed");
      span.setAttribute("gen_ai.usage.input_tokens", 12);
      span.setOutput("output");
    });
    const { attributes } = span;
    const own = Object.keys(attributes).filter((key) => /^key /.test(key));
    assert.equal(own.length, 1_024);
    assert.equal(attributes["key 1023"], 1_023n);
    assert.equal(attributes["key 3"], "changed");
    assert.equal(attributes["gen_ai.usage.input_tokens"], 12n);
    assert.equal(attributes["lmnr.span.output"], "output");
    assert.equal(span.droppedAttributes, 1_500 - 1_024);
  });

  test("events beyond 128 are dropped and counted", async (t) => {
    const span = await arrived(t, (span) => {
      for (let i = 0; i < 200; i++) span.addEvent(`event ${i}`, { i });
    });
    assert.equal(span.events.length, 128);
    assert.equal(span.droppedEvents, 72);
    // The latest events are kept, because an exception comes last.
    assert.equal(span.events[0].attributes.i, 72n);
    assert.equal(span.events[127].attributes.i, 199n);
  });
});
