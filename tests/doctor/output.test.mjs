// The command line, and what the command prints.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { wantsColors } from "../../doctor/report.js";
import { GOOD, KEY, makeProject, PACKAGE, run } from "./support/project.mjs";

const ENV = { LMNR_PROJECT_API_KEY: KEY };
const ARGS = ["doctor", "--offline", "--no-workerd"];
const ESCAPE = /\u001b\[/;

test("text has a line for each finding, what to add below it, and a summary", async (t) => {
  const folder = makeProject(t, {
    files: { "wrangler.toml": 'compatibility_date = "2026-04-01"' },
  });
  const { status, stdout, stderr } = await run(folder, ARGS, ENV);
  assert.equal(status, 0);
  assert.equal(stderr, "");
  assert.doesNotMatch(stdout, ESCAPE);
  assert.match(stdout, /^ {2}ok {4}package +laminar-edge \d/m);
  assert.match(
    stdout,
    /^ {2}warn {2}AsyncLocalStorage +not available.*\n +in wrangler\.toml: compatibility_flags = \["nodejs_als"\]$/m,
  );
  assert.match(stdout, /\n\d+ ok, 1 warning, 0 failures, 2 skipped\n$/);
});

test("colours need a terminal or FORCE_COLOR; NO_COLOR and --no-color turn them off", async (t) => {
  const folder = makeProject(t, { files: { "wrangler.jsonc": GOOD } });
  const printed = async (args, env) =>
    (await run(folder, [...ARGS, ...args], { ...ENV, ...env })).stdout;
  assert.match(await printed([], { FORCE_COLOR: "1" }), ESCAPE);
  assert.doesNotMatch(await printed([], { CI: "true" }), ESCAPE);
  assert.doesNotMatch(
    await printed([], { FORCE_COLOR: "1", NO_COLOR: "1" }),
    ESCAPE,
  );
  assert.doesNotMatch(
    await printed(["--no-color"], { FORCE_COLOR: "1" }),
    ESCAPE,
  );
  assert.doesNotMatch(await printed(["--json"], { FORCE_COLOR: "1" }), ESCAPE);
  assert.equal(wantsColors({ isTTY: true }, {}, true), true);
  assert.equal(wantsColors({ isTTY: true }, { TERM: "dumb" }, true), false);
});

test("--version and --help print what they name", async (t) => {
  const folder = makeProject(t);
  const { version } = JSON.parse(
    readFileSync(join(PACKAGE, "package.json"), "utf8"),
  );
  assert.deepEqual(await run(folder, ["--version"]), {
    status: 0,
    stdout: `${version}\n`,
    stderr: "",
  });
  const help = await run(folder, ["doctor", "--help"]);
  assert.equal(help.status, 0);
  for (const option of [
    "--cwd",
    "--env",
    "--config",
    "--base-url",
    "--timeout",
    "--no-probe",
    "--no-workerd",
    "--offline",
    "--strict",
    "--json",
    "--no-color",
  ])
    assert.ok(help.stdout.includes(option), option);
  assert.match((await run(folder, ["--help"])).stdout, /doctor/);
});

test("an invalid command line exits with status 2", async (t) => {
  const folder = makeProject(t);
  for (const [args, said] of [
    [[], /Usage/],
    [["physician"], /unknown command/],
    [["doctor", "--jsn"], /--json/],
    [["doctor", "--timeout", "soon"], /whole number/],
    [["doctor", "--timeout", "0"], /whole number/],
    [["doctor", "--env"], /argument missing/],
    [["doctor", "--cwd", "no/such/folder"], /is no folder/],
  ]) {
    const { status, stdout, stderr } = await run(folder, args);
    assert.equal(status, 2, args.join(" "));
    assert.match(stderr, said);
    assert.equal(stdout, "");
  }
});

test("--cwd names the folder to check", async (t) => {
  const folder = makeProject(t, { files: { "app/wrangler.jsonc": GOOD } });
  const { stdout } = await run(
    folder,
    [...ARGS, "--cwd", "app", "--json"],
    ENV,
  );
  const { folder: shown, findings } = JSON.parse(stdout);
  assert.equal(shown, join(folder, "app"));
  const config = findings.find(({ check }) => check === "configuration");
  assert.equal(config.text, "wrangler.jsonc");
});
