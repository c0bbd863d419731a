// Random objects: a program that uses a function's result in any way sees the same with observe as without, and
// its span arrives.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Laminar, observe } from "laminar-edge";
import { startCollector } from "../support/collector.mjs";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 500);
// `on` is left out, because an emitter without `emit` gets a listener of the SDK's for its end.
const KEYS = [
  ..."data items id then catch finally next return throw emit _emit pipe".split(
    " ",
  ),
  ..."getReader tee done finalText toArray close abort toJSON iterator parse".split(
    " ",
  ),
];
const error = new Error("by chance");

const gives = fc.constantFrom(
  ..."number string nothing itself promise rejection throw array list iterator query".split(
    " ",
  ),
);
const member = fc.record({
  kind: fc.constantFrom("value", "method", "method", "getter"),
  gives,
  hidden: fc.boolean(),
});
const shape = fc.record({
  base: fc.constantFrom("literal", "class", "nothing", "promise", "rejection"),
  own: fc.dictionary(fc.constantFrom(...KEYS), member, {
    maxKeys: 5,
    noNullPrototype: true,
  }),
  inherited: fc.dictionary(fc.constantFrom(...KEYS), member, {
    maxKeys: 4,
    noNullPrototype: true,
  }),
  then: fc.option(fc.constantFrom("number", "rejection", "throw", "list"), {
    freq: 2,
  }),
  iterates: fc.option(fc.nat(3), { freq: 2 }),
  integrity: fc.constantFrom(
    ..."none none none freeze seal preventExtensions".split(" "),
  ),
  proxy: fc.boolean(),
});
const step = fc.oneof(
  fc.record({ does: fc.constant("read"), key: fc.constantFrom(...KEYS) }),
  fc.record({ does: fc.constant("call"), key: fc.constantFrom(...KEYS) }),
  fc.record({ does: fc.constant("await") }),
  fc.record({ does: fc.constant("iterate"), most: fc.nat(3) }),
  fc.record({ does: fc.constant("look") }),
);

function make({ base, own, inherited, then, iterates, integrity, proxy }, log) {
  class Made {}
  const value = {
    literal: () => ({}),
    class: () => new Made(),
    nothing: () => Object.create(null),
    promise: () => Promise.resolve(1),
    rejection: () => Promise.reject(error),
  }[base]();
  if (base === "rejection") Promise.prototype.then.call(value, null, () => {});
  const define = (target, key, { kind, gives, hidden }) => {
    const act = (what) =>
      function () {
        log.push(`${what} ${key}`);
        return given(gives, this);
      };
    const enumerable = !hidden;
    const rest = { configurable: true, enumerable };
    const descriptor =
      kind === "getter"
        ? { get: act("get"), ...rest }
        : {
            value: kind === "method" ? act("call") : given(gives, value),
            writable: true,
            ...rest,
          };
    Object.defineProperty(target, key, descriptor);
  };
  // A `then` that does not settle would never end the test, and a value that throws cannot be made.
  const members = (all) =>
    Object.entries(all).filter(
      ([key, { kind, gives }]) =>
        key !== "then" &&
        (kind !== "value" || !/throw|rejection/.test(gives)) &&
        !(key === "toJSON" && kind !== "method"),
    );
  const prototype = base === "class" ? Made.prototype : undefined;
  for (const [key, each] of prototype ? members(inherited) : [])
    define(prototype, key, each);
  for (const [key, each] of members(own)) define(value, key, each);
  if (then !== null)
    (prototype ?? value).then = function (fulfilled, rejected) {
      log.push("then");
      if (then === "throw") throw error;
      const settled =
        then === "rejection" ? Promise.reject(error) : Promise.resolve(then);
      return settled.then(fulfilled, rejected);
    };
  if (iterates !== null)
    (prototype ?? value)[Symbol.asyncIterator] = async function* () {
      for (let i = 0; i < iterates; i++) {
        log.push(`yield ${i}`);
        yield i;
      }
    };
  if (integrity !== "none") Object[integrity](value);
  return proxy ? new Proxy(value, {}) : value;
}

function given(what, self) {
  switch (what) {
    case "number":
      return 1;
    case "string":
      return "said";
    case "itself":
      return self;
    case "promise":
      return Promise.resolve("later");
    case "rejection":
      return Promise.reject(error);
    case "throw":
      throw error;
    case "array":
      return [1, 2];
    case "list":
      return { data: [1, 2], async *[Symbol.asyncIterator]() {} };
    case "iterator":
      return [1, 2].values();
    case "query":
      return { then: (fulfilled) => fulfilled("row") };
    default:
      return undefined;
  }
}

/** Returns the result of a step in a form that can be compared. */
async function outcome(value, action) {
  try {
    const got = action();
    if (got === value) return "itself";
    const settled = typeof got?.then === "function" ? await got : got;
    if (settled === value) return "itself, later";
    if (typeof settled === "function") return `function ${settled.name}`;
    return JSON.stringify(settled);
  } catch (thrown) {
    // The engine's message names the function that failed.
    return thrown === error ? "the error" : thrown.constructor.name;
  }
}

async function use(value, steps) {
  const seen = [];
  for (const { does, key, most } of steps)
    seen.push(
      await outcome(value, () => {
        if (does === "read") return value[key];
        if (does === "call") return value[key](() => "given");
        if (does === "await") return (async () => void (await value))();
        if (does === "look") return [Object.keys(value), String(typeof value)];
        return (async () => {
          const all = [];
          for await (const each of value) if (all.push(each) > most) break;
          return all;
        })();
      }),
    );
  return seen;
}

test("any result behaves the same with and without observe", async (t) => {
  const collector = await startCollector(t);
  Laminar.initialize({
    projectApiKey: "k",
    baseUrl: collector.url,
    scheduledDelayMillis: 60_000,
  });
  // Steps leave rejections behind, observed or not.
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", () => {});
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(
      shape,
      fc.array(step, { minLength: 1, maxLength: 4 }),
      async (spec, steps) => {
        const name = `run ${runs++}`;
        const run = async (around) => {
          const log = [];
          let made;
          // A plain promise may be replaced.
          let isPlain;
          const value = around(() => {
            made = make(spec, log);
            isPlain =
              Object.getPrototypeOf(made) === Promise.prototype &&
              Object.getOwnPropertyNames(made).length === 0;
            return made;
          });
          return {
            same: value === made || isPlain,
            seen: await use(value, steps),
            log,
          };
        };
        const alone = await run((action) => action());
        const observed = await run((action) =>
          observe({ name, ignoreOutput: true }, action),
        );
        assert.deepEqual(observed, alone);
        await Laminar.forceFlush();
        assert.equal(
          collector.spans.filter((span) => span.name === name).length,
          1,
        );
        collector.requests.length = 0;
      },
    ),
    { numRuns: RUNS, timeout: 5_000 },
  );
  t.diagnostic(`${runs} runs`);
});
