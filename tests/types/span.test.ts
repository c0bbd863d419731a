// Spans: the types of their arguments, and that calls chain.

import {
  Laminar,
  LaminarAttributes,
  type Attributes,
  type AttributeValue,
  type Span,
  type SpanContext,
  type SpanStatus,
  type TimeInput,
} from "laminar-edge";
import { assertType, type Equals } from "./equals.js";

const span = Laminar.startSpan({ name: "span", startTime: new Date() });
assertType<Equals<typeof span, Span>>();

const chained = span
  .setAttribute("a", 1)
  .setAttributes({ b: "two", c: [1, 2], d: undefined, e: null })
  .setInput({ role: "user" })
  .setOutput("text")
  .addEvent("happened")
  .addEvent("happened", { at: "home" })
  .addEvent("happened", Date.now())
  .addEvent("happened", { at: "home" }, [1_700_000_000, 5])
  .recordException(new Error("no"))
  .recordException("no", new Date())
  .setStatus({ code: 2, message: "no" })
  .updateName("other");
assertType<Equals<typeof chained, Span>>();
assertType<Equals<ReturnType<Span["end"]>, void>>();
assertType<Equals<ReturnType<Span["isRecording"]>, boolean>>();
assertType<Equals<ReturnType<Span["spanContext"]>, SpanContext>>();
assertType<Equals<SpanStatus["code"], 0 | 1 | 2>>();

span.setAttribute("big", 2n ** 53n);
span.setAttribute("bytes", new Uint8Array(4));
span.setAttribute("frozen", ["a", "b"] as const);
span.setAttribute("holes", [1, null, undefined]);
span.setAttributes({
  [LaminarAttributes.INPUT_TOKEN_COUNT]: 12,
  [LaminarAttributes.REQUEST_MODEL]: "model",
});
const usage: Attributes = { "gen_ai.usage.output_tokens": 3 };
span.setAttributes(usage);
Laminar.startSpan({ name: "child", parent: span, input: 0 }).end(Date.now());

const times: TimeInput[] = [0, new Date(), [1, 2]];
const values: AttributeValue[] = ["a", 1, true, 1n, [true], []];
void [times, values];

assertType<
  Equals<
    typeof LaminarAttributes.INPUT_TOKEN_COUNT,
    "gen_ai.usage.input_tokens"
  >
>();

// @ts-expect-error: a span has a name.
Laminar.startSpan({ spanType: "LLM" });
// @ts-expect-error: the name is a string.
Laminar.startSpan({ name: 5 });
// @ts-expect-error: a parent is a span.
Laminar.startSpan({ name: "child", parent: "0123456789abcdef" });
// @ts-expect-error: tags are a list.
Laminar.startSpan({ name: "tagged", tags: "a" });
// @ts-expect-error: objects are no attributes; setInput and setOutput take them.
span.setAttribute("object", { nested: true });
// @ts-expect-error: an array holds one type.
span.setAttribute("mixed", [1, "two"]);
// @ts-expect-error: arrays do not nest.
span.setAttribute("nested", [[1]]);
// @ts-expect-error: a function is no attribute.
span.setAttribute("function", () => 1);
// @ts-expect-error: there is no such status code.
span.setStatus({ code: 3 });
// @ts-expect-error: a status code is no string.
span.setStatus({ code: "ERROR" });
// @ts-expect-error: a time is not a string.
span.end("2026-01-01");
// @ts-expect-error: a time is a pair of seconds and nanoseconds.
span.end([1]);
// @ts-expect-error: `end` returns nothing.
span.end().isRecording();
// @ts-expect-error: the keys are constants.
LaminarAttributes.PROVIDER = "other";
