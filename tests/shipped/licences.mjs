// Lists the licences of code in the package: of the crates that cargo links into the wasm, and of the packages
// that the command imports.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
// The files of licence texts other than Apache's. A licence that is missing here must be reviewed first.
const FILES = {
  MIT: ["LICENSE", "LICENSE-MIT", "LICENSE.md"],
  "Unicode-3.0": ["LICENSE-UNICODE"],
};

const HEAD = `laminar-edge contains code of others
====================================

laminar-edge itself is under the Apache License 2.0: see LICENSE. Its WebAssembly, and the JavaScript
that wasm-bindgen and binaryen (Apache-2.0) make of it, contain the crates below and parts of Rust's
standard library (MIT OR Apache-2.0, by the Rust Project Developers, https://www.rust-lang.org). What
is offered under the Apache License 2.0 is used under it; texts of other licences follow the list. The
command bin/laminar-edge.js contains the npm packages at the end.
`;

export function thirdPartyLicences() {
  const crates = linkedCrates();
  const lines = crates.map(
    ({ name, version, license, repository }) =>
      `${name} ${version}\n    ${license}\n    ${repository}\n`,
  );
  const texts = crates.flatMap((crate) =>
    otherLicences(crate).map((licence) => textOf(crate, licence)),
  );
  const packages = bundledPackages();
  const named = packages.map(
    ({ name, version, license, repository }) =>
      `${name} ${version} (npm)\n    ${license}\n    ${repository}\n`,
  );
  const theirs = packages.map(({ name, license, text }) =>
    titled(`${name} (npm), ${license}`, text),
  );
  return [HEAD, ...lines, ...texts, ...named, ...theirs].join("\n");
}

/** The packages that doctor/build.mjs bundles into the command; none has dependencies. */
function bundledPackages() {
  const { dependencies } = readJson(join(ROOT, "doctor/package.json"));
  return Object.keys(dependencies).map((name) => {
    const folder = join(ROOT, "doctor/node_modules", name);
    const found = readJson(join(folder, "package.json"));
    const { version, license, repository } = found;
    if (Object.keys(found.dependencies ?? {}).length > 0)
      throw new Error(`${name} has dependencies: whose licences are they?`);
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    const text = readFileSync(join(folder, file), "utf8").replaceAll("\r", "");
    return {
      name,
      version,
      license,
      repository: (repository.url ?? repository).replace(
        /^(?:git\+|git:\/\/)?(?:https:\/\/)?(?:github\.com\/)?(.*?)(?:\.git)?$/,
        "https://github.com/$1",
      ),
      text,
    };
  });
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

function titled(title, text) {
  return `${title}\n${"-".repeat(title.length)}\n\n${text.trim()}\n`;
}

function linkedCrates() {
  const { packages, resolve } = JSON.parse(
    execFileSync(
      "cargo",
      "metadata --format-version=1 --locked --filter-platform=wasm32-unknown-unknown --features=js".split(
        " ",
      ),
      { cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 27 },
    ),
  );
  const packageOf = new Map(packages.map((each) => [each.id, each]));
  const nodeOf = new Map(resolve.nodes.map((each) => [each.id, each]));
  const linked = new Set();
  const visit = (id) => {
    // Crates of procedural macros run during the build only, and are not shipped.
    const isMacro = packageOf
      .get(id)
      .targets.some(({ kind }) => kind.includes("proc-macro"));
    if (linked.has(id) || isMacro) return;
    linked.add(id);
    for (const { pkg, dep_kinds: kinds } of nodeOf.get(id).deps)
      if (kinds.some(({ kind }) => kind === null)) visit(pkg);
  };
  visit(resolve.root);
  return (
    [...linked]
      .map((id) => packageOf.get(id))
      // Crates of this repository have no source elsewhere.
      .filter(({ source }) => source !== null)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  );
}

/** Returns the licences of a crate that apply and are not Apache's. */
function otherLicences({ license }) {
  return license.split(" AND ").filter((term) => !/\bApache-2\.0\b/.test(term));
}

function textOf({ name, manifest_path: manifest }, licence) {
  const title = `${name}, ${licence}`;
  for (const file of FILES[licence]) {
    try {
      const text = readFileSync(join(dirname(manifest), file), "utf8");
      return titled(title, text);
    } catch {}
  }
  throw new Error(`${name} has no text of its licence, ${licence}`);
}
