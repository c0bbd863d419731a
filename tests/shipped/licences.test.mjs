import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE, manifest, shippedFiles } from "./files.mjs";
import { thirdPartyLicences } from "./licences.mjs";

test("the package says whose code it contains", () => {
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

test("no code of others comes by npm", () => {
  const { dependencies, peerDependencies } = manifest();
  assert.equal(dependencies ?? peerDependencies, undefined);
});
