// With any values, in any order: no call throws, no other span is lost, and the ledger stays balanced.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Laminar, observe } from "laminar-edge";
import { assertBalanced } from "./support/ledger.mjs";
import { startQuietSession } from "./support/session.mjs";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);

const boom = () => {
  throw new Error("hostile");
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
/** Values made anew for each run: some can be used only once. */
const hostile = fc
  .constantFrom(
    () => new Proxy({}, { get: boom, ownKeys: boom, getPrototypeOf: boom }),
    revoked,
    () => Object.defineProperty({}, "x", { get: boom, enumerable: true }),
    () => ({ toJSON: boom }),
    () => ({ toString: boom, [Symbol.toPrimitive]: boom }),
    () => Symbol("s"),
    () => () => {},
    () => ({
      toJSON() {
        // Records while another span is being recorded.
        Laminar.startSpan({ name: "reentrant" }).end();
        return "json";
      },
    }),
    () => {
      const cycle = [];
      cycle.push(cycle);
      return cycle;
    },
    () => new Array(5_000).fill(1.5),
    () => Array.from({ length: 300 }).reduce((inner) => [inner], 0),
    () => 10n ** 30n,
  )
  .map((make) => ({ make }));
const value = fc
  .oneof(
    hostile,
    fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    }),
    fc.string({ unit: "binary", maxLength: 600 }),
    // Lone surrogates.
    fc
      .array(fc.integer({ min: 0xd700, max: 0xe0ff }), { maxLength: 20 })
      .map((units) => String.fromCharCode(...units)),
  )
  .map((found) => (found?.make ? found.make : () => found));

const METHODS = [
  "setAttribute",
  "setAttributes",
  "setInput",
  "setOutput",
  "addEvent",
  "recordException",
  "setStatus",
  "updateName",
  "addLink",
  "addLinks",
  "setTags",
  "addTags",
  "setTraceMetadata",
  "setTraceSessionId",
];
const call = fc.record({
  method: fc.constantFrom(...METHODS),
  arguments: fc.array(value, { maxLength: 3 }),
});
const program = fc.record({
  name: value,
  input: value,
  options: fc.dictionary(
    fc.constantFrom(
      "tags",
      "metadata",
      "userId",
      "sessionId",
      "spanType",
      "startTime",
      "parentSpanContext",
      "parent",
    ),
    value,
  ),
  calls: fc.array(call, { maxLength: 8 }),
  end: value,
});

const collector = await startQuietSession();

function run({ name, input, options, calls, end }) {
  const given = { name: name(), input: input() };
  for (const [key, make] of Object.entries(options)) given[key] = make();
  const span = Laminar.startSpan(given);
  for (const each of calls)
    span[each.method](...each.arguments.map((make) => make()));
  span.end(end());
  const result = input();
  const same = observe(given, (argument) => argument, result);
  assert.ok(isHandedOn(result, same));
}

/** Random streams are followed; any other result is the same object. */
function isHandedOn(given, got) {
  return Object.is(given, got) || got instanceof ReadableStream;
}

test("no value in any place throws or loses another span", async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(program, { minLength: 1, maxLength: 3 }),
      async (programs) => {
        collector.requests.length = 0;
        const name = `witness ${number++}`;
        const witness = Laminar.startSpan({ name });
        for (const each of programs) run(each);
        witness.setAttribute("kept", name).end();
        const { dropped } = await Laminar.forceFlush();
        // No value here is too large, so none may be missing.
        assert.deepEqual(dropped, {});
        assert.equal(collector.span(name).attributes.kept, name);
        assert.ok(
          collector.names().every((each) => !/^undecodable/.test(each)),
        );
        const stats = Laminar.stats();
        assertBalanced(stats);
        assert.deepEqual(stats.dropped, {});
        assert.equal(stats.buffered + stats.inFlight, 0);
      },
    ),
    { numRuns: RUNS },
  );
});
