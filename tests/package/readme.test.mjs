// The README: the first program is the same everywhere, and its length is limited.

import assert from "node:assert/strict";
import { test } from "node:test";
import { programsOf, readDocument } from "./support/documents.mjs";

const firstProgram = (path) => [...programsOf(path).values()][0];

test("the package's README and declarations show the same first program", () => {
  const first = firstProgram("README.md");
  assert.equal(firstProgram("pkg/README.md"), first);
  assert.equal(programsOf("pkg/README.md").size, 1);
  const declarations = readDocument("pkg/index.d.ts");
  const documented = declarations.replaceAll(/^ \* ?/gm, "");
  assert.ok(documented.includes(first.trimEnd()), "index.d.ts shows another");
});

test("it has at most 200 lines", () => {
  assert.ok(readDocument("README.md").split("\n").length - 1 <= 200);
});
