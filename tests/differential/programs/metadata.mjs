// Metadata of every kind, given to observe and to startSpan.

const values = () => ({
  string: "text",
  "empty string": "",
  int: 3,
  double: 1.5,
  negative: -1,
  large: 2 ** 53,
  true: true,
  false: false,
  null: null,
  undefined: undefined,
  object: { a: { b: 1 } },
  "empty object": {},
  strings: ["a", "b"],
  numbers: [1, 2],
  "numbers mixed": [1, 2.5],
  booleans: [true, false],
  mixed: ["a", 1],
  "with null": ["a", null],
  objects: [{ a: 1 }],
  nested: [
    [1, 2],
    [3, 4],
  ],
  "empty array": [],
  date: new Date(86400000),
  map: new Map([["k", "v"]]),
  "dotted.key": 1,
  "": "empty key",
});

export default async ({ Laminar, observe }) => {
  for (const [key, value] of Object.entries(values())) {
    const name = key === "" ? "(empty)" : key;
    observe({ name: `observe ${name}`, metadata: { [key]: value } }, () => 1);
    Laminar.startSpan({
      name: `start ${name}`,
      metadata: { [key]: value },
    }).end();
  }
  observe({ name: "several", metadata: { a: 1, b: "x", c: [1] } }, () => 1);
  observe({ name: "none", metadata: {} }, () => 1);
};
