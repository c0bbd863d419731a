// What the doctor finds in a project: its configuration, its key, its copies of the package.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { examine, GOOD, KEY, makeProject, put } from "./support/project.mjs";

const OFFLINE = ["--offline", "--no-workerd"];
const WITH_KEY = { LMNR_PROJECT_API_KEY: KEY };

async function look(t, files, { args = [], env = WITH_KEY, ...rest } = {}) {
  const folder = makeProject(t, { files, ...rest });
  const seen = await examine(folder, [...OFFLINE, ...args], env);
  assert.equal(seen.stderr, "");
  return { ...seen, folder };
}

const FORMS = {
  "wrangler.jsonc": `{ "compatibility_date": "2026-04-01", /* none yet */\n}`,
  "wrangler.json": `{ "compatibility_date": "2026-04-01" }`,
  "wrangler.toml": `compatibility_date = "2026-04-01"\n`,
};
for (const [name, text] of Object.entries(FORMS))
  test(`${name}: the missing line is shown, and adding it helps`, async (t) => {
    const { one, folder, status } = await look(t, { [name]: text });
    const { status: kind, fix } = one("AsyncLocalStorage");
    assert.equal(kind, "warn");
    assert.equal(status, 0);
    assert.equal(fix[0].in, name);
    assert.match(
      fix[0].line,
      /^"?compatibility_flags"?(:| =) \["nodejs_als"\],?$/,
    );

    const fixed = text.startsWith("{")
      ? text.replace("{", `{ ${fix[0].line}\n`)
      : `${text}${fix[0].line}\n`;
    writeFileSync(join(folder, name), fixed);
    const again = await examine(folder, OFFLINE, WITH_KEY);
    assert.equal(again.one("AsyncLocalStorage").status, "ok");
    assert.equal(again.report.count.warn, 0);
  });

test("the line to add keeps the flags that are there", async (t) => {
  const { one } = await look(t, {
    "wrangler.toml": `compatibility_date = "2026-04-01"\ncompatibility_flags = ["global_navigator"]\n`,
  });
  assert.equal(
    one("AsyncLocalStorage").fix[0].line,
    'compatibility_flags = ["global_navigator", "nodejs_als"]',
  );
});

test("--strict turns a warning into a failure", async (t) => {
  const files = { "wrangler.json": FORMS["wrangler.json"] };
  const { status, report } = await look(t, files, { args: ["--strict"] });
  assert.equal(status, 1);
  assert.equal(report.ok, false);
  assert.equal(report.count.fail, 0);
});

const BROKEN = {
  "wrangler.jsonc": [`{\n  "name": "x"\n  "main": }`, /line 3, column/],
  "wrangler.json": [`[]`, /no settings/],
  "wrangler.toml": [`name = "x"\nflags = [`, /line 2, column/],
};
for (const [name, [text, place]] of Object.entries(BROKEN))
  test(`${name} that cannot be parsed is reported with its position`, async (t) => {
    const { status, one } = await look(t, { [name]: text });
    assert.equal(status, 1);
    assert.match(
      one("configuration").text,
      new RegExp(`^${name} cannot be read: `),
    );
    assert.match(one("configuration").text, place);
    // It is a Worker's all the same.
    assert.equal(one("entry"), undefined);
  });

test("a byte order mark is no mistake", async (t) => {
  for (const [name, text] of Object.entries(FORMS)) {
    const { one } = await look(t, { [name]: `\ufeff${text}` });
    assert.equal(one("configuration").status, "ok", name);
    assert.equal(one("compatibility date").status, "ok", name);
  }
});

test("configuration files are taken in wrangler's order", async (t) => {
  const { one } = await look(t, {
    "wrangler.jsonc": GOOD,
    "wrangler.toml": `compatibility_date = "2020-01-01"\n`,
  });
  assert.equal(one("configuration").status, "warn");
  assert.match(
    one("configuration").text,
    /reads wrangler\.jsonc and ignores wrangler\.toml/,
  );
  assert.equal(one("compatibility date").text, "2026-04-01");
});

test("a configuration is found in a folder above, or by --config", async (t) => {
  const files = {
    "wrangler.jsonc": GOOD,
    "other/my.toml": 'compatibility_date = "2026-03-03"',
    "src/deep/x": "",
  };
  const folder = makeProject(t, { files });
  const above = await examine(join(folder, "src/deep"), OFFLINE, WITH_KEY);
  assert.equal(above.one("configuration").text, "../../wrangler.jsonc");
  assert.equal(above.one("package").status, "ok");
  const named = await examine(
    folder,
    [...OFFLINE, "--config", "other/my.toml"],
    WITH_KEY,
  );
  assert.equal(named.one("compatibility date").text, "2026-03-03");
  const missing = await examine(
    folder,
    [...OFFLINE, "-c", "no.toml"],
    WITH_KEY,
  );
  assert.equal(missing.status, 1);
  assert.equal(missing.one("configuration").status, "fail");
});

const ENVIRONMENTS = `
compatibility_date = "2026-04-01"
compatibility_flags = ["nodejs_als"]
[env.staging]
compatibility_flags = []
[env.production]
compatibility_date = "2026-04-02"
`;
test("environments inherit, and are named where they differ", async (t) => {
  const files = { "wrangler.toml": ENVIRONMENTS };
  const { one, of } = await look(t, files);
  assert.equal(one("AsyncLocalStorage").status, "ok");
  assert.deepEqual(of("AsyncLocalStorage", "production"), []);
  const staging = one("AsyncLocalStorage", "staging");
  assert.equal(staging.status, "warn");
  assert.equal(staging.fix[0].in, "wrangler.toml, [env.staging]");
  assert.equal(one("compatibility date", "production").text, "2026-04-02");

  const only = await look(t, files, { args: ["--env", "staging"] });
  assert.equal(only.one("AsyncLocalStorage", "staging").status, "warn");
  assert.deepEqual(only.of("AsyncLocalStorage"), []);

  const wanted = { ...WITH_KEY, CLOUDFLARE_ENV: "staging" };
  const same = await look(t, files, { env: wanted });
  assert.deepEqual(same.report.findings, only.report.findings);

  const wrong = await look(t, files, { args: ["-e", "test"] });
  assert.equal(wrong.status, 1);
  assert.match(wrong.one("configuration").text, /no environment test/);
});

const DATES = [
  [undefined, "warn", /deploys only/],
  ["2026-13-01", "fail", /no date/],
  ["2026-02-30", "fail", /no date/],
  ["9999-01-01", "fail", /future/],
  ["2024-01-01", "ok", /2024-01-01/],
];
test("compatibility dates are checked", async (t) => {
  for (const [date, status, text] of DATES) {
    const config = JSON.stringify({ compatibility_date: date });
    const { one } = await look(t, { "wrangler.json": config });
    const finding = one("compatibility date");
    assert.equal(finding.status, status, `${date}`);
    assert.match(finding.text, text);
    if (status !== "ok")
      assert.match(
        finding.fix[0].line,
        /^"compatibility_date": "20\d\d-\d\d-\d\d",$/,
      );
  }
});

test("flags that exclude each other are reported", async (t) => {
  const flags = ["nodejs_als", "no_nodejs_als", "other"];
  const config = {
    compatibility_date: "2026-04-01",
    compatibility_flags: flags,
  };
  const { status, one } = await look(t, {
    "wrangler.json": JSON.stringify(config),
  });
  assert.equal(status, 1);
  assert.match(one("AsyncLocalStorage").text, /nodejs_als and no_nodejs_als/);
  assert.equal(
    one("AsyncLocalStorage").fix[0].line,
    '"compatibility_flags": ["nodejs_als", "other"],',
  );
});

const BASE = {
  compatibility_date: "2026-04-01",
  compatibility_flags: ["nodejs_als"],
};
// The expected results are those of `wrangler dev`, version 4.86.
const rule = (type, glob, fallthrough) => ({
  rules: [{ type, globs: [glob], fallthrough }],
});
const ENTRIES = [
  [{}, {}, "ok", /\.\/workerd\.js/],
  [{ alias: { "laminar-edge": "./mine.js" } }, {}, "warn", /alias.*mine\.js/],
  [{ no_bundle: true }, {}, "skip", /no_bundle/],
  [
    {},
    { WRANGLER_BUILD_CONDITIONS: "browser" },
    "fail",
    /\.\/browser\.js.*workerd/,
  ],
  [{}, { WRANGLER_BUILD_CONDITIONS: "workerd,browser" }, "ok", /workerd/],
  [rule("Data", "**/*.wasm"), {}, "fail", /makes Data/],
  [rule("Data", "src/*.wasm"), {}, "ok", /workerd/],
  [rule("CompiledWasm", "**/*.wasm"), {}, "ok", /workerd/],
  [rule("CompiledWasm", "*.wasm"), {}, "fail", /takes the place/],
  [rule("CompiledWasm", "src/a.wasm"), {}, "fail", /takes the place/],
  [rule("CompiledWasm", "src/a.wasm", true), {}, "ok", /workerd/],
  [rule("Text", "**/*.md"), {}, "ok", /workerd/],
];
test("the entry that wrangler takes is named", async (t) => {
  for (const [more, env, status, text] of ENTRIES) {
    const config = JSON.stringify({ ...BASE, ...more });
    const { one } = await look(
      t,
      { "wrangler.json": config },
      { env: { ...WITH_KEY, ...env } },
    );
    assert.equal(one("entry").status, status, config);
    assert.match(one("entry").text, text);
  }
});

test("outside of Workers the entries of the project's runtimes are named", async (t) => {
  const { one, status } = await look(t, {
    "package.json": `{ "dependencies": { "laminar-edge": "1", "next": "16" } }`,
    "deno.json": "{}",
    "bun.lock": "",
  });
  assert.equal(status, 0);
  assert.equal(one("configuration").status, "skip");
  assert.equal(
    one("entry").text,
    "Node: ./node.js, edge routes: ./edge-light.js, Deno: ./deno.js, Bun: ./node.js",
  );
});

test("a package that is missing or not in package.json is reported", async (t) => {
  const none = await look(t, { "package.json": "{}" }, { installed: false });
  assert.equal(none.status, 1);
  assert.equal(none.one("package").fix[0].run, "npm install laminar-edge");
  // The copy that the command belongs to is checked instead.
  assert.equal(none.one("module").status, "ok");
  const asked = await look(t, {}, { installed: false });
  assert.equal(asked.one("package").fix[0].run, "npm install");
  const extra = await look(t, { "package.json": "{}" });
  assert.equal(extra.status, 0);
  assert.equal(extra.one("package").status, "warn");
});

test("two copies of one form are a warning, two of different forms a failure", async (t) => {
  const copies = ["node_modules/@agents/kit/node_modules/laminar-edge"];
  const two = await look(t, {}, { copies });
  assert.equal(two.status, 0);
  assert.equal(two.one("copies").status, "warn");
  assert.match(
    two.one("copies").text,
    /^2 copies share.*brought by @agents\/kit/,
  );
  assert.equal(two.one("copies").fix[0].run, "npm dedupe laminar-edge");

  const shared = join(two.folder, copies[0], "lib/host/shared.js");
  const text = readFileSync(shared, "utf8");
  assert.match(text, /^export const FORM = 1;/m);
  writeFileSync(
    shared,
    text.replace(/^export const FORM = 1;/m, "export const FORM = 999;"),
  );
  const apart = await examine(two.folder, OFFLINE, WITH_KEY);
  assert.equal(apart.status, 1);
  assert.match(apart.one("copies").text, /cannot work together/);
});

test("copies are found in pnpm's store and in a folder above", async (t) => {
  const store =
    "node_modules/.pnpm/laminar-edge@0.0.9/node_modules/laminar-edge";
  const { one } = await look(t, {}, { copies: [store] });
  assert.match(one("copies").text, /^2 copies/);
  const folder = makeProject(t, { files: { "apps/web/package.json": "{}" } });
  const below = await examine(join(folder, "apps/web"), OFFLINE, WITH_KEY);
  assert.match(
    below.one("package").text,
    /\.\.\/\.\.\/node_modules\/laminar-edge/,
  );
  assert.equal(below.one("copies").text, "one copy in node_modules");
});

test("a wasm module that is cut off is a failure", async (t) => {
  const files = { "wrangler.jsonc": GOOD };
  const copies = ["node_modules/laminar-edge"];
  const folder = makeProject(t, { files, installed: false, copies });
  const wasm = join(folder, copies[0], "wasm/laminar_edge_bg.wasm");
  writeFileSync(wasm, readFileSync(wasm).subarray(0, 1_000));
  const { status, one } = await examine(folder, OFFLINE, WITH_KEY);
  assert.equal(status, 1);
  assert.match(one("module").text, /does not load/);
  rmSync(join(folder, copies[0], "workerd.js"));
  assert.equal(
    (await examine(folder, OFFLINE, WITH_KEY)).one("entry").status,
    "fail",
  );
});

test("the place where the key was found is named", async (t) => {
  const env = {};
  const dev = {
    "wrangler.jsonc": GOOD,
    ".dev.vars": `LMNR_PROJECT_API_KEY="${KEY}"\n`,
  };
  assert.match(
    (await look(t, dev, { env })).one("key").text,
    /^\.dev\.vars: 64/,
  );
  // wrangler reads no .env beside a .dev.vars.
  const both = {
    ...dev,
    ".dev.vars": "A=1",
    ".env": `LMNR_PROJECT_API_KEY=${KEY}`,
  };
  assert.match((await look(t, both, { env })).one("key").text, /^no LMNR/);
  const dot = {
    "wrangler.jsonc": GOOD,
    ".env": "LMNR_PROJECT_API_KEY=a",
    ".env.local": `LMNR_PROJECT_API_KEY=${KEY}`,
  };
  const local = await look(t, dot, { env });
  assert.match(local.one("key").text, /^\.env\.local: 64/);
  assert.match(local.of("key")[1].text, /2 different keys/);
  const staging = {
    "wrangler.toml": ENVIRONMENTS,
    ".dev.vars": "",
    ".dev.vars.staging": dev[".dev.vars"],
  };
  const named = await look(t, staging, { env, args: ["-e", "staging"] });
  assert.match(named.one("key").text, /^\.dev\.vars\.staging: 64/);
});

test("a folder with the name of a file of variables is passed over", async (t) => {
  const { one, status } = await look(t, { ".env/pyvenv.cfg": "" });
  assert.equal(one("key").status, "ok");
  assert.equal(status, 0);
});

test("a missing key is a failure, and offline a warning", async (t) => {
  const folder = makeProject(t, { files: { "wrangler.jsonc": GOOD } });
  const offline = await examine(folder, OFFLINE);
  assert.equal(offline.status, 0);
  assert.equal(offline.one("key").status, "warn");
  assert.deepEqual(offline.one("key").fix, [
    { in: ".dev.vars", line: "LMNR_PROJECT_API_KEY=…" },
    { run: "npx wrangler secret put LMNR_PROJECT_API_KEY" },
  ]);
  const asked = await examine(folder, [
    "--no-workerd",
    "--base-url",
    "http://127.0.0.1:2",
  ]);
  assert.equal(asked.status, 1);
  assert.equal(asked.one("key").status, "fail");
});

const KEYS = [
  [KEY, "ok", /64 characters, ending in Ab1z/],
  ["short", "warn", /64 letters and digits/],
  ["", "fail", /empty/],
  [`Bearer ${KEY}`, "fail", /Bearer/],
  ["<your key>", "fail", /placeholder/],
  ["your-project-api-key", "fail", /placeholder/],
  ["“quoted”", "fail", /header/],
];
test("the form of a key is checked, and the key is never shown", async (t) => {
  const folder = makeProject(t, { files: { "wrangler.jsonc": GOOD } });
  for (const [value, status, text] of KEYS) {
    const { one, stdout } = await examine(folder, OFFLINE, {
      LMNR_PROJECT_API_KEY: value,
    });
    assert.equal(one("key").status, status, value);
    assert.match(one("key").text, text);
    assert.ok(value.length < 6 || !stdout.includes(value));
  }
});

test("a key in the configuration, or in a file that git would commit, is reported", async (t) => {
  const config = JSON.stringify({
    ...BASE,
    vars: { LMNR_PROJECT_API_KEY: KEY },
  });
  const inVars = await look(t, { "wrangler.json": config }, { env: {} });
  assert.match(inVars.of("key")[1].text, /make it a secret/);

  const files = {
    "wrangler.jsonc": GOOD,
    ".dev.vars": `LMNR_PROJECT_API_KEY=${KEY}`,
  };
  const folder = makeProject(t, { files });
  assert.equal((await examine(folder, OFFLINE)).of("key").length, 1);
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  const [, visible] = (await examine(folder, OFFLINE)).of("key");
  assert.match(visible.text, /git does not ignore \.dev\.vars/);
  put(join(folder, visible.fix[0].in), visible.fix[0].line);
  assert.equal((await examine(folder, OFFLINE)).of("key").length, 1);
});
