// Compares the core's objects with the declarations in index.d.ts: real reports and a real ledger are written
// into a TypeScript program, where a missing or new property, or one of another type, does not compile.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Laminar } from "laminar-edge";
import "laminar-edge/spill";
import { startSession } from "./support/session.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const tsc = fileURLToPath(new URL("../node_modules/.bin/tsc", import.meta.url));

/** Compiles a program beside this file, and returns the compiler's output. */
function compile(t, program) {
  const folder = mkdtempSync(join(here, ".declared-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "declared.ts");
  writeFileSync(path, program);
  const flags = ["--strict", "--noEmit", "--skipLibCheck"];
  flags.push("--exactOptionalPropertyTypes", "--module", "nodenext");
  flags.push("--target", "es2022", "--types", "", path);
  try {
    return execFileSync(tsc, flags, { encoding: "utf8" });
  } catch (error) {
    return error.stdout;
  }
}

const HEAD = `import type {
  DrainReport, Dropped, DropReason, FlushReport, Stats,
} from "laminar-edge";
`;
const typed = (type, value, at) =>
  `export const ${type}${at}: ${type} = ${JSON.stringify(value)};\n`;

/** The names of drop reasons in Rust. */
function reasonsInRust() {
  const source = readFileSync(
    new URL("../../src/buffer/ledger.rs", import.meta.url),
    "utf8",
  );
  return [...source.matchAll(/Self::\w+ => "(\w+)"/g)].map(([, name]) => name);
}

test("reports and ledger match their declarations", async (t) => {
  t.mock.method(console, "warn", () => {});
  const { collector } = await startSession(t, {
    traceExportTimeoutMillis: 1_500,
    maxExportBatchSizeBytes: 1 << 16,
  });
  const values = [];
  const flush = async (status, name = "span", input = "") => {
    collector.behave({ status });
    Laminar.startSpan({ name, input }).setAttributes({ input }).end();
    values.push(["FlushReport", await Laminar.flush()]);
  };
  await flush(200);
  await flush(503);
  await flush(400);
  await flush(413);
  await flush(200, "x".repeat(1 << 17));
  values.push(["Stats", Laminar.stats()]);
  values.push(["DrainReport", await Laminar.drainSpill()]);
  values.push(["FlushReport", await Laminar.shutdown()]);

  // Together they must have every property.
  const reports = values.filter(([type]) => type === "FlushReport");
  assert.ok(reports.some(([, report]) => report.error?.status === 400));
  assert.ok(reports.some(([, report]) => report.dropped.span_too_large === 1));
  const program =
    HEAD + values.map(([type, value], at) => typed(type, value, at)).join("");
  assert.equal(compile(t, program), "");
});

test("a report with a field more or less would not compile", (t) => {
  const { open, ...without } = Laminar.stats();
  assert.equal(typeof open, "number");
  const said = compile(
    t,
    HEAD +
      typed("Stats", without, 0) +
      typed("Stats", { ...without, open, more: 1 }, 1),
  );
  assert.match(said, /Property 'open' is missing/);
  assert.match(said, /more.* does not exist in type/);
});

test("the drop reasons match their declaration", (t) => {
  const reasons = reasonsInRust();
  assert.ok(reasons.length >= 8);
  const all = Object.fromEntries(reasons.map((reason) => [reason, 1]));
  const program = `${HEAD}export const all: Record<DropReason, number> = ${JSON.stringify(all)};\n`;
  assert.equal(compile(t, program), "");
});
