// Strings cross into wasm joined, in pieces, or alone. In each way they arrive unchanged, except for lone
// surrogates, which UTF-8 does not have.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Laminar } from "laminar-edge";
import { startSession } from "./support/session.mjs";

const HIGH = "\ud83d";
const LOW = "\ude00";

describe("strings", () => {
  test("a surrogate at the end of one string does not join one at the start of the next", async (t) => {
    const { delivered } = await startSession(t);
    const name = `name ${HIGH}`;
    const outer = Laminar.startSpan({ name });
    const span = Laminar.startSpan({
      name: `${LOW} inner ${HIGH}`,
      parent: outer,
    });
    span.setAttribute(`${LOW} key ${HIGH}`, `${LOW} value ${HIGH}`);
    span.setAttribute(`${LOW}${HIGH}`, [`${LOW}${HIGH}`, LOW, HIGH]);
    span.addEvent(`${LOW} event ${HIGH}`, { [`${LOW}x${HIGH}`]: LOW });
    span.setStatus({ code: 2, message: `${LOW} message ${HIGH}` });
    span.end();
    outer.end();
    const { spans } = await delivered();
    const inner = spans.find(({ parentSpanId }) => parentSpanId !== "");
    assert.equal(inner.name, "� inner �");
    assert.deepEqual(inner.attributes["lmnr.span.path"], [
      "name �",
      "� inner �",
    ]);
    assert.equal(inner.attributes["� key �"], "� value �");
    assert.deepEqual(inner.attributes["��"], ["��", "�", "�"]);
    assert.equal(inner.events[0].name, "� event �");
    assert.deepEqual({ ...inner.events[0].attributes }, { "�x�": "�" });
    assert.equal(inner.status.message, "� message �");
    assert.equal(spans.length, 2);
  });

  test("U+0000 is replaced where the server cannot store it, and nowhere else", async (t) => {
    const { delivered } = await startSession(t, { metadata: { "g\0": "g\0" } });
    const NUL = "\0";
    for (const more of ["", "x".repeat(300)]) {
      const text = `a${NUL}b${more}`;
      const span = Laminar.startSpan({
        name: `span ${text}`,
        input: text,
        userId: text,
        sessionId: text,
        tags: [text, "tag"],
        metadata: {
          [text]: text,
          list: [text],
          deep: { text },
          json: JSON.stringify(text),
        },
      });
      span.setAttributes({ [`other${NUL}`]: text, "gen_ai.prompt": text });
      span.setAttribute("ai.telemetry.metadata.userId", text);
      span.setAttribute("gen_ai.tool.name", text);
      span.addEvent("event", { text });
      Laminar.startSpan({ name: "below", parent: span }).end();
      span.setTraceUserId(text).setOutput(text).end();
    }
    const { report, spans } = await delivered();
    assert.equal(report.exported, 4);
    const ASSOCIATION = "lmnr.association.properties.";
    for (const { name, attributes, events } of spans) {
      assert.doesNotMatch(name, /\0/);
      assert.equal(attributes[`${ASSOCIATION}metadata.g\ufffd`], "g\ufffd");
      for (const [key, value] of Object.entries(attributes)) {
        const shown = JSON.stringify([key, value], (_, each) =>
          typeof each === "bigint" ? String(each) : each,
        );
        const kept = /^lmnr\.span\.(in|out)put$|^other|^gen_ai\.prompt$/.test(
          key,
        );
        assert.equal(/\\u0000/.test(shown), kept, key);
        if (!kept && /^lmnr\.association.*(_id|tags|list)$/.test(key))
          assert.match(shown, /a\ufffdb/);
      }
      for (const event of events) assert.match(event.attributes.text, /^a\0b/);
    }
  });

  test("every mixture of surrogates arrives as the platform's encoder writes it", async (t) => {
    const { delivered } = await startSession(t);
    const units = ["a", "é", "日", HIGH, LOW, HIGH + LOW];
    const expected = new Map();
    let seed = 1;
    const random = (below) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const text = (length) =>
      Array.from({ length }, () => units[random(units.length)]).join("");
    for (let i = 0; i < 300; i++) {
      const span = Laminar.startSpan({ name: `mixture ${i}` });
      const values = Array.from({ length: 4 }, () => text(random(6)));
      values.push(text(250 + random(20)));
      values.forEach((value, at) => span.setAttribute(`at ${at}`, value));
      span.end();
      expected.set(
        `mixture ${i}`,
        values.map((value) => value.toWellFormed()),
      );
    }
    const { spans } = await delivered();
    assert.equal(spans.length, expected.size);
    for (const { name, attributes } of spans)
      expected
        .get(name)
        .forEach((value, at) => assert.equal(attributes[`at ${at}`], value));
  });

  // The text has characters of one, two, three and four bytes, so that a piece can end inside any of them.
  for (const [kind, character] of Object.entries({
    ASCII: "a",
    "two bytes": "é",
    "three bytes": "日",
    "four bytes": HIGH + LOW,
    "lone halves": HIGH,
  })) {
    test(`strings of every length around a limit arrive, ${kind}`, async (t) => {
      const { delivered, change } = await startSession(t);
      const borders = [
        256, 5_461, 8_192, 10_922, 16_384, 32_768, 65_536, 98_304,
      ];
      const expected = new Map();
      for (const border of borders) {
        for (let length = border - 3; length <= border + 3; length++) {
          for (const shift of ["", "x"]) {
            const text = (shift + character.repeat(length)).slice(0, length);
            const name = `${length} ${shift}`;
            const span = Laminar.startSpan({ name });
            span.setAttribute("text", text);
            span.setAttribute("after", `after ${name}`);
            span.end();
            expected.set(name, text.toWellFormed());
          }
        }
      }
      const { report, spans } = await delivered();
      assert.equal(report.ok, true, JSON.stringify(report));
      assert.equal(spans.length, expected.size);
      for (const { name, attributes } of spans) {
        assert.ok(attributes.text === expected.get(name), `length ${name}`);
        assert.equal(attributes.after, `after ${name}`);
      }
      assert.deepEqual(change(), {
        recorded: expected.size,
        exported: expected.size,
      });
    });
  }

  test("a string of a megabyte arrives from every place that takes strings", async (t) => {
    const { delivered, change } = await startSession(t);
    const large = "日".repeat(100_000) + "end";
    const places = {
      name: () => Laminar.startSpan({ name: large }),
      input: () => Laminar.startSpan({ name: "input", input: large }),
      key: () => Laminar.startSpan({ name: "key" }).setAttribute(large, 1),
      "key and value": () =>
        Laminar.startSpan({ name: "key and value" }).setAttribute(large, large),
      array: () =>
        Laminar.startSpan({ name: "array" }).setAttribute("a", [large]),
      event: () =>
        Laminar.startSpan({ name: "event" }).addEvent(large, {
          [large]: large,
        }),
      status: () =>
        Laminar.startSpan({ name: "status" }).setStatus({
          code: 2,
          message: large,
        }),
    };
    for (const start of Object.values(places)) {
      start().end();
      // A small span in between uses the same memory.
      Laminar.startSpan({ name: "small" }).setAttribute("k", "v").end();
    }
    const { spans } = await delivered();
    const find = (name) => spans.find((span) => span.name === name);
    assert.ok(find(large));
    assert.ok(find("input").attributes["lmnr.span.input"] === large);
    assert.equal(find("key").attributes[large], 1n);
    assert.ok(find("key and value").attributes[large] === large);
    assert.ok(find("array").attributes.a[0] === large);
    assert.ok(find("event").events[0].name === large);
    assert.ok(find("event").events[0].attributes[large] === large);
    assert.ok(find("status").status.message === large);
    const small = spans.filter(({ name }) => name === "small");
    assert.equal(small.length, 7);
    for (const { attributes } of small) assert.equal(attributes.k, "v");
    assert.deepEqual(change(), { recorded: 14, exported: 14 });
  });

  test("many large spans arrive while memory grows", async (t) => {
    const { delivered, change } = await startSession(t);
    const sent = new Map();
    for (let i = 0; i < 120; i++) {
      const name = `span ${i}`;
      const text = String.fromCharCode(97 + (i % 26)).repeat(100_000 + i);
      const span = Laminar.startSpan({ name, input: text });
      span.setAttribute("index", i);
      span.end();
      sent.set(name, text);
    }
    const { report, spans } = await delivered();
    assert.equal(report.ok, true);
    assert.ok(report.attempts > 1);
    assert.equal(spans.length, 120);
    for (const { name, attributes } of spans) {
      assert.ok(attributes["lmnr.span.input"] === sent.get(name), name);
      assert.equal(attributes.index, BigInt(name.slice(5)));
    }
    assert.deepEqual(change(), { recorded: 120, exported: 120 });
  });
});
