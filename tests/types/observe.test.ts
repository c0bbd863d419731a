// observe and withSpan: the types of a function pass through.

import { Laminar, observe, type Span } from "laminar-edge";
import { assertType, type Equals } from "./equals.js";

declare const span: Span;

const sum = observe({ name: "sum" }, (a: number, b: number) => a + b, 1, 2);
assertType<Equals<typeof sum, number>>();

const text = observe({}, async (n: number) => String(n), 1);
assertType<Equals<typeof text, Promise<string>>>();

const nothing = observe({ name: "nothing" }, () => {});
assertType<Equals<typeof nothing, void>>();

const literal = observe({ name: "literal" }, () => "a" as const);
assertType<Equals<typeof literal, "a">>();

const optional = observe({}, (a: string, b?: number) => [a, b] as const, "a");
assertType<Equals<typeof optional, readonly [string, number | undefined]>>();

const rest = observe({}, (...all: string[]) => all.length, "a", "b", "c");
assertType<Equals<typeof rest, number>>();

function first<T>(list: T[]): T | undefined {
  return list[0];
}
const generic = observe({}, first<number>, [1]);
assertType<Equals<typeof generic, number | undefined>>();

async function* count(to: number) {
  for (let n = 0; n < to; n++) yield n;
}
const stream = observe({ name: "stream" }, count, 3);
assertType<Equals<typeof stream, AsyncGenerator<number, void, unknown>>>();

observe(
  {
    name: "all",
    spanType: "EVALUATOR",
    input: { any: "thing" },
    ignoreInput: true,
    ignoreOutput: false,
    sessionId: "s",
    userId: "u",
    metadata: { version: 2, nested: { list: [1] } },
    tags: ["a"],
    parent: span,
  },
  () => 1,
);

const inside = Laminar.withSpan(span, async () => 1, true);
assertType<Equals<typeof inside, Promise<number>>>();
const synchronous = Laminar.withSpan(span, () => "a");
assertType<Equals<typeof synchronous, string>>();

// @ts-expect-error: an argument is missing.
observe({ name: "few" }, (a: number, b: number) => a + b, 1);
// @ts-expect-error: there is one argument too many.
observe({ name: "many" }, (a: number) => a, 1, 2);
// @ts-expect-error: the argument has the wrong type.
observe({ name: "wrong" }, (a: number) => a, "1");
// @ts-expect-error: there is no such span type.
observe({ spanType: "CHAIN" }, () => 1);
// @ts-expect-error: no such option.
observe({ nam: "typo" }, () => 1);
// @ts-expect-error: the options come first.
observe(() => 1);
// @ts-expect-error: a parent is a span, not its context.
observe({ parent: span.spanContext() }, () => 1);
// @ts-expect-error: the last argument must be a function.
Laminar.withSpan(span, Promise.resolve(1));
