// What observe records of the result, which the caller gets unchanged.

class Point {
  x = 1;
}
const cycle = { name: "node" };
cycle.self = cycle;

const outputs = {
  string: "done",
  "empty string": "",
  "JSON string": '{"a":1}',
  "number string": "12",
  null: null,
  undefined: undefined,
  number: 42,
  zero: 0,
  double: 1.5,
  nan: NaN,
  true: true,
  false: false,
  bigint: 10n,
  symbol: Symbol("s"),
  function: () => 1,
  object: { a: 1, b: undefined, c: [null] },
  array: ["a", 1],
  map: new Map([["k", "v"]]),
  "map in an object": { m: new Map([["k", "v"]]) },
  set: new Set([1]),
  date: new Date(86400000),
  error: new Error("returned"),
  instance: new Point(),
  bytes: new Uint8Array([1, 2]),
  cycle,
};

export default async ({ observe }) => {
  const changed = [];
  for (const [name, value] of Object.entries(outputs)) {
    const sync = observe({ name: `sync ${name}` }, () => value);
    if (!Object.is(sync, value)) changed.push(`sync ${name}`);
    const promise = observe({ name: `async ${name}` }, async () => value);
    if (!(promise instanceof Promise)) changed.push(`promise of ${name}`);
    if (!Object.is(await promise, value)) changed.push(`async ${name}`);
  }
  return { changed };
};
