// Secrets are planted anywhere in generated documents, in any place of a span. None of their bytes is in a request
// body, in an item of the spill, or on the console.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Laminar, observe } from "laminar-edge";
import "laminar-edge/spill";
import { memorySink } from "../spill/memory-sink.mjs";
import { PROJECT_KEY, startKeeping } from "./support/redact.mjs";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 100);

const letters = fc
  .tuple(
    fc.stringMatching(/^[a-zA-Z]{3}[0-9]{2}$/),
    fc.stringMatching(/^[a-zA-Z0-9]{43}$/),
  )
  .map((parts) => parts.join(""));
const secret = fc.oneof(
  fc.constant(PROJECT_KEY),
  fc.tuple(fc.nat(8), letters).map(([form, body]) => {
    switch (form) {
      case 0:
        return `sk-${body}`;
      case 1:
        return `sk-ant-api03-${body}`;
      case 2:
        return `ghp_${body.slice(0, 36)}`;
      case 3:
        return `AKIA${body.slice(0, 16).toUpperCase()}`;
      case 4:
        return `AIza${body.slice(0, 35)}`;
      case 5:
        return `glpat-${body.slice(0, 20)}`;
      case 6:
        return `hf_${body.slice(0, 34)}`;
      case 7:
        return `eyJhbGciOiJIUzI1NiJ9.${body}.${body}`;
      default:
        return `npm_${body.slice(0, 36)}`;
    }
  }),
);
const filler = fc.oneof(
  fc.constant(""),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.nat(40_000).map((length) => "wörd ".repeat(length / 5)),
);
const SIGNS = [
  " ",
  "\n",
  "'",
  '"',
  ", ",
  ": ",
  "(",
  "é ",
  "中",
  "<",
  "[",
  "=\t",
];

/** A text with the secret as a word of its own somewhere in it. */
const textWith = (secret) =>
  fc
    .tuple(filler, fc.constantFrom(...SIGNS), fc.constantFrom(...SIGNS), filler)
    .map(([before, left, right, after]) =>
      [before, left, secret, right, after].join(""),
    );
const documentWith = (secret) =>
  fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      textWith(secret),
      tie("list"),
      tie("object"),
      tie("json"),
      tie("map"),
    ),
    list: fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
    object: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie("node"), {
      minKeys: 1,
      maxKeys: 3,
    }),
    json: tie("node").map((value) => JSON.stringify(value)),
    map: tie("node").map((value) => new Map([["of", value]])),
  })).node;

const PLACES = {
  input: (span, text, document) => span.setInput(document),
  output: (span, text, document) => span.setOutput(document),
  attribute: (span, text) => span.setAttribute("some.text", text),
  attributes: (span, text) => span.setAttributes({ a: text, n: 1, b: [text] }),
  name: (span, text) => span.updateName(text),
  event: (span, text) => span.addEvent(text, { text, list: [text] }),
  exception: (span, text) => span.recordException(new Error(text)),
  thrown: (span, text) => span.recordException(text),
  status: (span, message) => span.setStatus({ code: 2, message }),
  link: (span, text) =>
    span.addLink({
      context: { traceId: "1".repeat(32), spanId: "2".repeat(16) },
      attributes: { text },
    }),
  metadata: (span, text, document) => span.setTraceMetadata({ text, document }),
  tags: (span, text) => span.setTags([text]),
  user: (span, text) => span.setTraceUserId(text).setTraceSessionId(text),
  child: (span, text) =>
    Laminar.startSpan({ name: text, parent: span, input: text }).end(),
  fails: (span, text) =>
    Laminar.withSpan(span, () =>
      observe({ name: "fails" }, () => {
        throw new Error(text);
      }),
    ),
};

const run = fc.record({
  redact: fc.constantFrom(
    undefined,
    "strict",
    { hash: "00112233445566778899aabbccddeeff" },
    { patterns: [/never-there-\d+/] },
  ),
  debug: fc.boolean(),
  fails: fc.boolean(),
  small: fc.boolean(),
  planted: secret.chain((secret) =>
    fc.record({
      secret: fc.constant(secret),
      places: fc.array(
        fc.tuple(
          fc.constantFrom(...Object.keys(PLACES)),
          textWith(secret),
          documentWith(secret),
        ),
        { minLength: 1, maxLength: 6 },
      ),
    }),
  ),
});

test("no planted secret leaves", async (t) => {
  const kept = startKeeping(t);
  const { server, said } = kept;
  const spill = memorySink();
  let refused = false;
  const fetch = (request) =>
    refused ? Promise.reject(new TypeError("no")) : server.fetch(request);
  let left = 0;
  await fc.assert(
    fc.asyncProperty(run, async (run) => {
      const { redact, debug, fails, small, planted } = run;
      const { secret, places } = planted;
      kept.initialize({
        redact,
        debug,
        spill,
        fetch,
        traceExportTimeoutMillis: 500,
        maxExportBatchSizeBytes: small ? 80_000 : undefined,
      });
      refused = fails;
      const span = Laminar.startSpan({ name: "planted" });
      for (const [place, text, document] of places) {
        try {
          PLACES[place](span, text, document);
        } catch {
          // The function that was observed has failed, as it should.
        }
      }
      span.end();
      const report = await Laminar.flush();
      const all = Buffer.concat([...server.bodies, ...spill.items.values()]);
      left += report.exported + report.spilled;
      const escaped = JSON.stringify(secret).slice(1, -1);
      for (const each of [secret, escaped])
        assert.ok(!all.includes(each), `${each} has left`);
      assert.ok(!said.join("\n").includes(secret), "it is on the console");
      server.clear();
      spill.items.clear();
      said.length = 0;
    }),
    { numRuns: RUNS },
  );
  assert.ok(left > RUNS / 2);
});
