// What startSpan, setInput and setOutput record, and whether they throw.

import { outcome } from "../support/outcome.mjs";

class Money {
  constructor(cents) {
    this.cents = cents;
  }
  toJSON() {
    return `${this.cents} cents`;
  }
}
const cycle = { name: "node" };
cycle.self = cycle;
const shared = { deep: 1 };

const inputs = {
  string: "text",
  "empty string": "",
  "JSON string": '"quoted"',
  object: { a: 1, b: undefined },
  array: [1, "two", null],
  number: 5,
  zero: 0,
  nan: NaN,
  true: true,
  false: false,
  null: null,
  undefined: undefined,
  map: new Map([["k", "v"]]),
  "map in an object": { m: new Map([["k", "v"]]) },
  set: new Set([1]),
  date: new Date(86400000),
  "prototype toJSON": new Money(5),
  bytes: new Uint8Array([1, 2]),
  shared: { one: shared, two: shared },
  cycle,
  bigint: 10n,
  "bigint in an object": { big: 10n },
  function: () => 1,
  symbol: Symbol("s"),
};

export default async ({ Laminar }) => {
  const outcomes = {};
  for (const [kind, input] of Object.entries(inputs)) {
    outcomes[`start ${kind}`] = outcome(() =>
      Laminar.startSpan({ name: `start ${kind}`, input }).end(),
    );
    const span = Laminar.startSpan({ name: `set ${kind}` });
    outcomes[`setInput ${kind}`] = outcome(() => void span.setInput(input));
    outcomes[`setOutput ${kind}`] = outcome(() => void span.setOutput(input));
    span.end();
  }
  const span = Laminar.startSpan({ name: "set twice", input: "first" });
  span.setInput("second");
  span.setOutput("first");
  span.setOutput("second");
  span.setOutput(undefined);
  span.end();
  return outcomes;
};
