// workerd without Cloudflare's tools. The program is bundled by plain esbuild, with only an option to copy wasm
// files.

import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { freshFolder } from "./support/package.mjs";
import { start } from "./support/program.mjs";
import { startSession } from "./support/session.mjs";
import { WORKERD } from "./support/tools.mjs";
import { COMPATIBILITY_DATE, MODES } from "./support/wrangler.mjs";

const folder = await freshFolder(["worker"]);
const session = await startSession(folder);
await build({
  entryPoints: [join(folder, "worker/plain.js")],
  outdir: folder,
  bundle: true,
  format: "esm",
  conditions: ["workerd"],
  loader: { ".wasm": "copy" },
  logLevel: "error",
});
const wasm = (await readdir(folder)).find((name) => name.endsWith(".wasm"));

for (const { mode, flags, storage } of MODES)
  test(`workerd, ${mode}`, async (t) => {
    const path = join(folder, "workerd.capnp");
    await writeFile(path, configuration(flags, t.name));
    const args = ["serve", path, "--control-fd=1"];
    const workerd = start(t, WORKERD, args);
    const port = await workerd.said(/"port":(\d+)/);
    await (await fetch(`http://127.0.0.1:${port}`)).text();
    await session.expect(t.name, { storage });
  });

function configuration(flags, who) {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "app", worker = .app),
    (name = "internet", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "app")],
);
const app :Workerd.Worker = (
  modules = [
    (name = "plain.js", esModule = embed "plain.js"),
    (name = "${wasm}", wasm = embed "${wasm}"),
  ],
  compatibilityDate = "${COMPATIBILITY_DATE}",
  compatibilityFlags = ${JSON.stringify(flags)},
  bindings = [
    (name = "WHO", text = ${JSON.stringify(who)}),
    (name = "OPTIONS", json = ${JSON.stringify(JSON.stringify(session.options))}),
  ],
);
`;
}
