// setAttribute and setAttributes with every kind of value.

const values = {
  string: "text",
  "empty string": "",
  int: 5,
  zero: 0,
  "minus zero": -0,
  negative: -7,
  "32 bits": 2 ** 31,
  "53 bits": 2 ** 53 - 1,
  "beyond 53 bits": 2 ** 60,
  "beyond 64 bits": 2 ** 70,
  double: 1.5,
  tiny: 5e-324,
  nan: NaN,
  infinity: Infinity,
  "minus infinity": -Infinity,
  true: true,
  false: false,
  null: null,
  undefined: undefined,
  bigint: 10n,
  symbol: Symbol("s"),
  function: () => 1,
  object: { a: 1 },
  date: new Date(86400000),
  map: new Map([["k", "v"]]),
  bytes: new Uint8Array([1, 2]),
  strings: ["a", "b"],
  ints: [1, 2],
  numbers: [1, 2.5],
  booleans: [true, false],
  "empty array": [],
  mixed: ["a", 1],
  "mixed booleans": [1, true],
  "with null": ["a", null],
  "with undefined": ["a", undefined],
  "only null": [null],
  sparse: [1, , 3],
  nested: [[1], [2]],
  objects: [{ a: 1 }],
  bigints: [1n],
  nans: [NaN, 1],
  "lone surrogate": "a\ud800b",
  emoji: "\u{1F600}",
};

export default async ({ Laminar }) => {
  for (const [name, value] of Object.entries(values)) {
    Laminar.startSpan({ name: `one ${name}` })
      .setAttribute("key", value)
      .end();
    Laminar.startSpan({ name: `many ${name}` })
      .setAttributes({ before: 1, key: value, after: 2 })
      .end();
  }
  const span = Laminar.startSpan({ name: "keys" });
  span.setAttribute("repeated", 1).setAttribute("repeated", "two");
  span.setAttribute("then null", 1).setAttribute("then null", null);
  span.setAttribute("then object", 1).setAttribute("then object", {});
  span.setAttribute("", "empty key");
  span.setAttribute("k\u00e9y \u{1F600}", 1);
  span.setAttribute("__proto__", "proto");
  span.setAttribute("constructor", "built");
  span.setAttribute("gen_ai.usage.input_tokens", 12);
  span.setAttribute("gen_ai.usage.cost", 0.25);
  span.setAttributes({});
  span.end();
};
