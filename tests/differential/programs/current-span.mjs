// Methods that change the current span.

import { outcome } from "../support/outcome.mjs";

export const needs = [
  "Laminar.getCurrentSpan",
  "Laminar.setSpanAttributes",
  "Laminar.setSpanOutput",
];

const outputs = {
  string: "out",
  object: { a: 1 },
  zero: 0,
  false: false,
  "empty string": "",
  null: null,
  undefined: undefined,
  map: new Map([["k", 1]]),
};

export default async ({ Laminar, observe }) => {
  const found = { outside: String(Laminar.getCurrentSpan()) };
  for (const [name, output] of Object.entries(outputs))
    observe({ name: `output ${name}`, ignoreOutput: true }, () => {
      found[`setSpanOutput ${name}`] = outcome(() =>
        Laminar.setSpanOutput(output),
      );
    });
  observe({ name: "output, then result" }, () => {
    Laminar.setSpanOutput("set");
    return "result";
  });
  await observe({ name: "attributes" }, async () => {
    await null;
    Laminar.setSpanAttributes({
      string: "text",
      int: 1,
      double: 1.5,
      list: ["a", "b"],
      null: null,
      undefined: undefined,
      object: { a: 1 },
      mixed: ["a", 1],
      nan: NaN,
      "gen_ai.usage.input_tokens": 12,
    });
    Laminar.getCurrentSpan().setAttribute("through the span", true);
  });
  const span = Laminar.startSpan({ name: "started" });
  found["not current"] = String(Laminar.getCurrentSpan());
  Laminar.withSpan(span, () => {
    const current = Laminar.getCurrentSpan();
    found["same span"] =
      current.spanContext().spanId === span.spanContext().spanId;
    current.setAttribute("from within", 1);
    current.addEvent("from within");
    observe({ name: "inner" }, () => {
      Laminar.getCurrentSpan().setAttribute("where", "inner");
    });
    Laminar.setSpanOutput("of the started");
  });
  span.end();
  found["setSpanAttributes outside"] = outcome(() =>
    Laminar.setSpanAttributes({ lost: 1 }),
  );
  found["setSpanOutput outside"] = outcome(() => Laminar.setSpanOutput("lost"));
  return found;
};
