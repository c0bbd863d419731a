// The files in the tarball, which must not contain paths of the machine that built it.

import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE, shippedFiles } from "./files.mjs";

const files = shippedFiles();
const LIST = new URL("contents.txt", import.meta.url);

test("the tarball holds what contents.txt says", () => {
  const expected = readFileSync(LIST, "utf8").trimEnd().split("\n");
  assert.deepEqual(files, expected, "`make accept` writes the list anew");
});

// Folders of users' files or builds on a machine. Rust's own /rustc/ is none.
const MACHINE =
  /(?<![\w.})/-])\/(?:root|home|Users|work|tmp|builds?|github|usr\/local)\/[\w.-]|\.cargo\/registry|[A-Z]:\\Users/;

test("no file names a folder of the machine that built it", () => {
  const guilty = files.filter((path) => MACHINE.test(bytesOf(path)));
  assert.deepEqual(guilty, []);
});

test("that check finds such a folder, also in wasm", () => {
  const path = ["", "root", ".cargo", "src", "lib.rs"].join("/");
  for (const text of [path, `\0\x12${path}\0`]) assert.match(text, MACHINE);
  assert.doesNotMatch("https://example.org/home/x", MACHINE);
});

test("no file names a source map", () => {
  const guilty = files.filter((path) =>
    /\.map$|[#@] ?sourceMappingURL=|sourceMappingURL\x00?$/.test(
      path.endsWith(".map") ? path : bytesOf(path),
    ),
  );
  assert.deepEqual(guilty, []);
});

test("the wasm has only sections that run, and no names", () => {
  const wasm = files.filter((path) => path.endsWith(".wasm"));
  assert.equal(wasm.length, 2);
  for (const path of wasm) {
    const module = new WebAssembly.Module(readFileSync(join(PACKAGE, path)));
    for (const section of ["name", "sourceMappingURL", "external_debug_info"])
      assert.deepEqual(
        WebAssembly.Module.customSections(module, section),
        [],
        section,
      );
  }
});

/** Decodes one character for each byte, so that a wasm file can be searched as text. */
function bytesOf(path) {
  return readFileSync(join(PACKAGE, path), "latin1");
}
