import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE, manifest, shippedFiles } from "./files.mjs";
import { thirdPartyLicences } from "./licences.mjs";

test("the licence files name all code in the package", () => {
  const shipped = readFileSync(join(PACKAGE, "THIRD-PARTY-LICENSES"), "utf8");
  assert.equal(shipped, thirdPartyLicences(), "`make accept` writes it anew");
  assert.match(shipped, /wasm-bindgen \d/);
  assert.match(shipped, /commander \d/);
  assert.doesNotMatch(shipped, /GPL|undefined|null/);
});

test("both files of licences are in the tarball", () => {
  const files = shippedFiles();
  assert.ok(
    files.includes("THIRD-PARTY-LICENSES") && files.includes("LICENSE"),
  );
});

test("the package has no dependencies", () => {
  const { dependencies, peerDependencies } = manifest();
  assert.equal(dependencies ?? peerDependencies, undefined);
});
