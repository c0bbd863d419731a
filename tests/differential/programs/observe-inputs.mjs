// What observe records of the arguments.

class Point {
  constructor(x) {
    this.x = x;
  }
  get double() {
    return 2 * this.x;
  }
}
class Money {
  constructor(cents) {
    this.cents = cents;
  }
  toJSON() {
    return `${this.cents} cents`;
  }
}

function cycle() {
  const node = { name: "node", list: [] };
  node.self = node;
  node.list.push(node);
  return node;
}
function selfContaining() {
  const list = [1];
  list.push(list);
  return list;
}
const shared = { deep: 1 };

const inputs = {
  none: [],
  object: [{ a: 1, b: "two", c: [3], d: null }],
  "empty object": [{}],
  array: [[1, 2]],
  string: ["hello"],
  "empty string": [""],
  "JSON string": ['{"a":1}'],
  number: [7],
  zero: [0],
  boolean: [false],
  null: [null],
  undefined: [undefined],
  several: ["a", 1, { b: 2 }, [3], null],
  "several with undefined": [1, undefined, 2],
  map: [new Map([["k", { v: 1 }]])],
  "map among several": ["x", new Map([[1, 2]])],
  "map in an object": [{ m: new Map([["k", "v"]]) }],
  set: [new Set([1, 2])],
  date: [new Date(86400000)],
  "date in an object": [{ at: new Date(86400000) }],
  "date among several": [new Date(86400000), 1],
  instance: [new Point(3)],
  "prototype toJSON": [new Money(5)],
  "own toJSON": [{ toJSON: () => "mine" }],
  url: [new URL("https://example.com/a?b=c")],
  request: [new Request("https://example.com/a?b=c", { method: "PUT" })],
  response: [new Response(null, { status: 201 })],
  error: [new RangeError("out")],
  bytes: [new Uint8Array([1, 2, 3])],
  regexp: [/x/g],
  cycle: [cycle()],
  "cycle among several": [cycle(), 1],
  "shared object": [{ one: shared, two: shared }],
  "self-containing array": [selfContaining()],
  bigint: [10n],
  "bigint in an object": [{ big: 10n }],
  symbol: [Symbol("s")],
  function: [() => 1],
  "function in an object": [{ f() {}, g: 1, h: undefined, s: Symbol("s") }],
  "not finite": [{ a: NaN, b: Infinity, c: -0 }],
  "null prototype": [Object.assign(Object.create(null), { a: 1 })],
  "throwing getter": [
    {
      get bad() {
        throw new Error("no");
      },
    },
  ],
  emoji: ["\u{1F600} \u00e9"],
  "lone surrogate": [{ s: "a\ud800b" }],
};

export default async ({ observe }) => {
  for (const [name, args] of Object.entries(inputs))
    observe({ name }, () => {}, ...args);
};
