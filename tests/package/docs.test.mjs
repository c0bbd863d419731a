// The programs of the pages for Node, taken from the page, each in a process of its own.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startCollector } from "./support/collector.mjs";

const TESTS = fileURLToPath(new URL("..", import.meta.url));
const IMPORT = `import { Laminar, observe } from "laminar-edge";
const work = async (what = "") => "done" + what;
`;

test("the server leaves no span behind when it is told to stop", async (t) => {
  const collector = await startCollector(t);
  const program = `${await fromPage("A server")}
    server.on("listening", () => console.log(server.address().port));`;
  const child = run(t, program, collector);
  const [port] = await once(child.stdout, "data");
  const response = await fetch(`http://127.0.0.1:${Number(port)}`);
  assert.equal(await response.text(), "why not");
  child.kill("SIGTERM");
  assert.deepEqual(await once(child, "close"), [0, null]);
  assert.deepEqual(collector.names(), ["answer"]);
});

test("the script says what came of its spans", async (t) => {
  const collector = await startCollector(t);
  const child = run(t, IMPORT + (await fromPage("A script")), collector);
  const [report] = await once(child.stdout, "data");
  assert.match(String(report), /ok: true/);
  await once(child, "close");
  assert.deepEqual(collector.names(), ["import"]);
});

test("without a flush it says how many it left behind, once", async (t) => {
  const collector = await startCollector(t);
  const script = await fromPage("A script");
  const program = IMPORT + script.replace(/^.*flush.*$/m, "");
  for (const exit of ["", "process.exit();"]) {
    const child = run(t, program + exit, collector);
    let said = "";
    child.stderr.on("data", (text) => (said += text));
    await once(child, "close");
    assert.match(said, /^\[laminar-edge\] the program ends with 1 span unsent/);
    assert.equal(said.trim().split("\n").length, 1);
  }
  assert.equal(collector.requests.length, 0);
});

test("the function's spans have arrived when it returns", async (t) => {
  const collector = await startCollector(t);
  const function_ = await fromPage(
    "A function that is frozen after its answer",
  );
  const call = `console.log(await handler({ id: 7 })); process.kill(process.pid, "SIGKILL");`;
  const child = run(t, IMPORT + function_ + call, collector);
  await once(child, "close");
  assert.deepEqual(collector.names(), ["handle"]);
});

/** The program below a heading of docs/node.md. */
async function fromPage(heading) {
  const page = await readFile(
    new URL("../../docs/node.md", import.meta.url),
    "utf8",
  );
  const [, section] = page.split(`\n## ${heading}\n`);
  return /```js\n([\s\S]*?)```/.exec(section)[1];
}

function run(t, program, collector) {
  const flags = ["--input-type=module", "--eval", program];
  const child = spawn(process.execPath, flags, {
    cwd: TESTS,
    env: {
      ...process.env,
      LMNR_PROJECT_API_KEY: "key",
      LMNR_BASE_URL: collector.url,
      PORT: "0",
    },
  });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

test("the README's API names whatever the package exports", async () => {
  const readme = await readFile(
    new URL("../../README.md", import.meta.url),
    "utf8",
  );
  const [, api] = /\n## API\n([\s\S]*?)\n### /.exec(readme);
  const [all, testing, slim] = await Promise.all(
    ["laminar-edge", "laminar-edge/testing", "laminar-edge/slim"].map(
      (name) => import(name),
    ),
  );
  const names = [all, testing, slim, all.Laminar].flatMap(Object.keys);
  assert.ok(names.length > 40);
  const missing = names.filter(
    (name) => !new RegExp(`\\b${name}\\b`).test(api),
  );
  assert.deepEqual(missing, []);
});

test("links between the documents lead somewhere", async () => {
  const root = new URL("../../", import.meta.url);
  const pages = (await readdir(new URL("docs/", root))).map(
    (it) => `docs/${it}`,
  );
  const broken = [];
  for (const page of ["README.md", ...pages]) {
    const here = new URL(page, root);
    const text = await readFile(here, "utf8");
    for (const [, link] of text.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const target = new URL(link, here);
      const found = await headings(target);
      const anchor = target.hash.slice(1);
      if (found === undefined || (anchor !== "" && !found.includes(anchor)))
        broken.push(`${page}: ${link}`);
    }
  }
  assert.deepEqual(broken, []);
});

/** The anchors of a page; of a folder or another file none; undefined if there is no such thing. */
async function headings(target) {
  const path = fileURLToPath(target);
  if (!existsSync(path)) return undefined;
  if (!path.endsWith(".md")) return [];
  const text = await readFile(path, "utf8");
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
