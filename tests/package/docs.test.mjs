// The documents: every program in them is run, every link is valid, and every export is named.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { IN_NODE } from "./documents/in-node.mjs";
import { IN_WORKERD } from "./documents/in-workerd.mjs";
import {
  allDocuments,
  brokenLinks,
  codeBlocks,
  programsOf,
  readDocument,
  ROOT,
} from "./support/documents.mjs";

const GUIDES = allDocuments().filter(
  (path) => path === "README.md" || path.startsWith("docs/"),
);
const RUN = { ...IN_NODE, ...IN_WORKERD };

describe("every program of the documents is run", () => {
  const programs = new Map(GUIDES.flatMap((path) => [...programsOf(path)]));

  for (const [name, program] of programs)
    test(name, (t) => {
      assert.ok(
        name in RUN,
        "no test runs it: add it to tests/package/documents",
      );
      return RUN[name](t, program);
    });

  test("every test here has a program", () => {
    const missing = Object.keys(RUN).filter((name) => !programs.has(name));
    assert.deepEqual(missing, []);
  });
});

test("the report matches the documentation", async () => {
  const { code } = codeBlocks(readDocument("docs/delivery.md")).find(
    ({ heading }) => heading === "the-report",
  );
  const { Laminar } = await import("laminar-edge");
  const report = await Laminar.flush();
  assert.deepEqual(Object.keys(JSON.parse(code)), Object.keys(report));
});

test("commands name targets and files that exist", () => {
  const makefile = readDocument("Makefile");
  for (const path of allDocuments()) {
    const text = readDocument(path);
    const shell = codeBlocks(text)
      .filter(({ language }) => language === "sh")
      .map(({ code }) => code);
    const inline = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code);
    for (const command of [...shell.join("\n").split("\n"), ...inline]) {
      const [, target] = /^make ([a-z-]+)/.exec(command) ?? [];
      if (target !== undefined)
        assert.match(makefile, new RegExp(`^${target}:`, "m"), path);
      // Some documents describe their own folder; their commands begin in the repository's root.
      const files = command.match(/^(node|scripts\/).*/)?.[0] ?? "";
      for (const [file] of files.matchAll(
        /\b(tests|scripts|benches|www)\/[\w./-]+\.(mjs|sh)/g,
      ))
        assert.ok(existsSync(new URL(file, ROOT)), `${path}: ${file}`);
    }
  }
});

test("links between the documents have targets", () => {
  const broken = allDocuments().flatMap((path) =>
    brokenLinks(path).map((link) => `${path}: ${link}`),
  );
  assert.deepEqual(broken, []);
});

test("the index links to every page", () => {
  const index = readDocument("docs/README.md");
  const pages = readdirSync(new URL("docs/", ROOT)).filter(
    (page) => page !== "README.md",
  );
  const missing = pages.filter((page) => !index.includes(`](${page})`));
  assert.deepEqual(missing, []);
});

test("docs/api.md names every export of the package", async () => {
  const api = readDocument("docs/api.md");
  const [all, ...others] = await Promise.all(
    ["", "/llm", "/slim", "/tail", "/testing"].map(
      (name) => import(`laminar-edge${name}`),
    ),
  );
  const names = [all, ...others, all.Laminar].flatMap(Object.keys);
  assert.ok(names.length > 40);
  const missing = names.filter(
    (name) => !new RegExp(`\\b${name}\\b`).test(api),
  );
  assert.deepEqual(missing, []);
});

test("ARCHITECTURE.md names every room", () => {
  const map = readDocument("ARCHITECTURE.md");
  for (const folder of ["src/", "pkg/lib/"]) {
    const rooms = readdirSync(new URL(folder, ROOT), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const missing = rooms.filter((room) => !map.includes(`\`${room}/\``));
    assert.deepEqual(missing, [], folder);
  }
});

test("docs/limits.md names every option of initialize that sets a limit", () => {
  const declarations = readFileSync(new URL("pkg/index.d.ts", ROOT), "utf8");
  const [, options] = /interface InitializeOptions \{([\s\S]*?)\n\}/.exec(
    declarations,
  );
  const bounds = options.match(/\bmax\w+(?=\?:)/g);
  const limits = readDocument("docs/limits.md");
  const missing = bounds.filter((name) => !limits.includes(`\`${name}\``));
  assert.deepEqual(missing, []);
});
