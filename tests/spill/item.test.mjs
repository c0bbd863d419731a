// The header of spilled items: written items can be read, and other bytes are refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readItem, writeItem } from "../../pkg/lib/spill/item.js";

const bytes = (length) =>
  fc.uint8Array({ minLength: length, maxLength: length });
const anyItem = fc.record({
  url: fc.webUrl({ withQueryParameters: true }),
  spans: fc.integer({ min: 1, max: 10 }),
  ambiguous: fc.integer({ min: 0, max: 255 }),
  number: fc.integer({ min: 0, max: 0xffff_ffff }),
  isolate: bytes(8),
  fingerprint: bytes(8),
  body: fc.uint8Array({ minLength: 20, maxLength: 200 }),
});
const plain = (item) => ({
  ...item,
  isolate: [...item.isolate],
  fingerprint: [...item.fingerprint],
  body: [...item.body],
});

test("an item reads back as it was written", () => {
  fc.assert(
    fc.property(anyItem, fc.nat(20), (item, offset) => {
      const written = writeItem(item);
      assert.deepEqual(plain(readItem(written)), plain(item));
      assert.deepEqual(plain(readItem(written.buffer)), plain(item));
      const wider = new Uint8Array(written.length + offset + 3);
      wider.set(written, offset);
      const view = wider.subarray(offset, offset + written.length);
      assert.deepEqual(plain(readItem(view)), plain(item));
    }),
  );
});

test("a cut or lengthened item is refused", () => {
  fc.assert(
    fc.property(anyItem, (item) => {
      const written = writeItem(item);
      for (let end = 0; end < written.length; end++)
        assert.equal(readItem(written.subarray(0, end)), undefined);
      assert.equal(readItem(new Uint8Array([...written, 0])), undefined);
    }),
    { numRuns: 30 },
  );
});

test("a changed byte neither throws nor reads beyond the item", () => {
  fc.assert(
    fc.property(anyItem, fc.nat(), fc.nat(255), (item, at, byte) => {
      const written = writeItem(item);
      written[at % written.length] = byte;
      const read = readItem(written);
      if (read === undefined) return;
      assert.ok(read.body.length <= written.length);
      assert.ok(read.spans >= 1 && read.spans <= read.body.length / 2);
    }),
    { numRuns: 2_000 },
  );
});

test("any other bytes and values are refused", () => {
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error("no");
      },
      getPrototypeOf() {
        throw new Error("no");
      },
    },
  );
  assert.equal(readItem(hostile), undefined);
  const anything = fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.anything());
  fc.assert(
    fc.property(anything, (value) => assert.equal(readItem(value), undefined)),
    { numRuns: 1_000 },
  );
});

test("a URL that no header could hold is refused", () => {
  const [item] = fc.sample(anyItem, 1);
  const url = `https://localhost/${"x".repeat(3_000)}`;
  assert.throws(() => writeItem({ ...item, url }), RangeError);
});
