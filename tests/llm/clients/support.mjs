// Runs each program of each library plain and traced against a stand-in, and compares what they return and
// the spans that arrive.

import assert from "node:assert/strict";
import { readCase } from "../support/cases.mjs";
import { wrongWith } from "../support/check.mjs";
import { readMessages } from "../support/shapes.mjs";

const ERROR = 2;
const ONLY = process.env.PROGRAM;

/**
 * `run` takes `{ library, program, way, url, requests }` and resolves to `{ outcome, spans }`; `standIn`
 * answers.
 */
export async function compareAll(t, libraries, standIn, run) {
  for (const [library, { programs, ways }] of Object.entries(libraries))
    for (const [name, program] of Object.entries(programs)) {
      if (ONLY && !`${library}: ${name}`.includes(ONLY)) continue;
      await t.test(`${library}: ${name}`, async (t) => {
        const cases = (program.cases ?? []).map(readCase);
        const one = async (way) => {
          standIn.answer(program.answers ?? program.cases);
          const asked = standIn.requests.length;
          const { outcome, spans } = await run({
            library,
            program: name,
            way,
            url: standIn.url,
            requests: cases.map(({ request }) => request),
          });
          const requests = standIn.requests.slice(asked);
          if (program.cancelled)
            await standIn.until(() => requests.every(({ left }) => left));
          return { outcome, spans, requests };
        };
        const plain = await one("plain");
        assert.ok(plain.outcome.returned !== undefined, plain.outcome.threw);
        assert.equal(plain.spans.length, 0);
        for (const way of Object.keys(ways).filter((way) => way !== "plain"))
          await t.test(way, async () => {
            const traced = await one(way);
            assert.deepEqual(traced.outcome, plain.outcome);
            assert.deepEqual(
              traced.requests.map(sent),
              plain.requests.map(sent),
            );
            assertSpans(traced.spans, program, cases);
          });
      });
    }
}

/** Returns what was sent, without the numbers of attempts and the times that a client adds. */
const sent = ({ method, path, text, headers }) => {
  const { host, connection, "content-length": length, ...others } = headers;
  const [, boundary] = /boundary=(.+)$/.exec(others["content-type"]) ?? [];
  return {
    method,
    path,
    // The boundary of a multipart body is random, and so the length of the body.
    text: boundary ? text.replaceAll(boundary, "boundary") : text,
    names: Object.keys(others).sort(),
    length: boundary ? undefined : length,
  };
};

function assertSpans(all, program, cases) {
  const spans = all
    .filter(({ attributes }) => attributes["lmnr.span.type"] === "LLM")
    .sort((a, b) => (a.start < b.start ? -1 : 1));
  const count = program.spans ?? cases.length;
  assert.equal(spans.length, count, "one request, one span");
  for (const [at, span] of spans.entries()) {
    assert.ok(!text(span).includes("planted"), "a secret in the span");
    if (program.retried)
      assert.equal(
        span.attributes["gen_ai.request.retry_count"],
        BigInt(program.retried[at]),
      );
    if (program.cancelled) assertCancelled(span, program.cancelled);
    else if (program.broken) {
      assert.equal(span.status.code, ERROR);
      assert.equal(span.attributes["laminar.incomplete"], true);
    } else if (cases[at])
      assert.deepEqual(
        wrongWith(span, program.retried ? attempt(cases, at) : cases[at].span),
        [],
      );
    else assertComplete(span);
  }
}

/** Returns the expected span of one attempt: each attempt has the request of the last one. */
function attempt(cases, at) {
  const last = cases.at(-1).span;
  const { span } = cases[at];
  if (span === last) return span;
  const asked = Object.entries(last.attributes).filter(
    ([key]) => !/\.(?:usage|response|output)\./.test(key),
  );
  return {
    ...span,
    attributes: { ...span.attributes, ...Object.fromEntries(asked) },
  };
}

function assertCancelled({ attributes, events, status }, expected) {
  assert.equal(attributes["gen_ai.response.cancelled"], true);
  assert.deepEqual(events, []);
  assert.equal(status.code, 0);
  if (expected.text !== undefined) assertOutput(attributes, expected);
  if (expected.usage)
    assert.deepEqual(
      ["input", "output"].map((side) =>
        Number(attributes[`gen_ai.usage.${side}_tokens`]),
      ),
      expected.usage,
    );
}

function assertOutput(attributes, { text, thinking = "" }) {
  const [message] = output(attributes);
  assert.equal(message.text, text);
  assert.equal(message.thinking, thinking);
}

function assertComplete({ attributes, status }) {
  assert.notEqual(attributes["laminar.incomplete"], true);
  assert.ok(readMessages(JSON.parse(attributes["gen_ai.input.messages"])));
  const isEmbedding = attributes["gen_ai.operation.name"] === "embeddings";
  if (status.code !== ERROR && !isEmbedding) assert.ok(output(attributes));
}

const output = (attributes) =>
  readMessages(JSON.parse(attributes["gen_ai.output.messages"])).messages;

const text = (value) =>
  JSON.stringify(value, (_, each) =>
    typeof each === "bigint" ? String(each) : each,
  );
