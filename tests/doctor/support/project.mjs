// Projects made for one test, and the command as a child process in them.

import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startFaultCollector } from "../../faults/collector.mjs";

export const PACKAGE = fileURLToPath(new URL("../../../pkg", import.meta.url));
const COMMAND = join(PACKAGE, "bin/laminar-edge.js");
export const KEY = "Ab1".repeat(21) + "z";
export const PROJECT = "0d0e7c7e-8a0c-4b6e-9a60-3d8f6f4b3c11";
/** A configuration without findings. */
export const GOOD = `{
  // This is the form of wrangler's templates.
  "name": "agent",
  "main": "src/index.js",
  "compatibility_date": "2026-04-01",
  "compatibility_flags": ["nodejs_als"],
}`;

/**
 * Writes a project: `files` by their paths, and the package linked into node_modules. `copies` are the folders
 * of further copies of the package.
 */
export function makeProject(
  t,
  { files = {}, installed = true, copies = [] } = {},
) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "laminar-doctor-")));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const all = {
    "package.json": '{ "dependencies": { "laminar-edge": "^0.1.0" } }',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) put(join(folder, path), text);
  if (installed) link(PACKAGE, join(folder, "node_modules/laminar-edge"));
  for (const path of copies)
    cpSync(PACKAGE, join(folder, path), { recursive: true });
  return folder;
}

export function put(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

export function link(target, file) {
  mkdirSync(dirname(file), { recursive: true });
  symlinkSync(target, file, "dir");
}

/** Runs the command; `findings` are those of --json. */
export function run(folder, args = [], env = {}) {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [COMMAND, ...args],
      {
        cwd: folder,
        // Of the machine's environment it gets only the path of programs.
        env: { PATH: process.env.PATH, HOME: folder, ...env },
        encoding: "utf8",
      },
      (error, stdout, stderr) =>
        resolve({ status: error?.code ?? 0, stdout, stderr }),
    );
  });
}

/** The doctor's findings as JSON, with functions to look for them. */
export async function examine(folder, args = [], env = {}) {
  const { status, stdout, stderr } = await run(
    folder,
    ["doctor", "--json", ...args],
    env,
  );
  const report = stdout === "" ? undefined : JSON.parse(stdout);
  const of = (check, environment) =>
    report.findings.filter(
      (each) => each.check === check && each.environment === environment,
    );
  return { status, stderr, stdout, report, of, one: (...all) => of(...all)[0] };
}

/**
 * A server that takes spans and says which project a key belongs to, unless `answers` say otherwise:
 * `{ project, traces, get }`, each a fault of the fault collector.
 */
export async function startLaminar(t, answers = {}) {
  const body = JSON.stringify({ projectId: PROJECT });
  const { project = { body }, traces = "ok", get = "404" } = answers;
  const laminar = await startFaultCollector({
    faults: ({ method, path }) =>
      method === "POST" ? traces : path === "/v1/project" ? project : get,
  });
  t.after(() => laminar.close());
  return laminar;
}
