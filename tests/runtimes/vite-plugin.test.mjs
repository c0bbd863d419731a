// Cloudflare's Vite plugin: its development server, and the build as `vite preview` runs it.

import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { freshFolder } from "./support/package.mjs";
import { start } from "./support/program.mjs";
import { startSession } from "./support/session.mjs";
import { MODES, QUIET, writeConfiguration } from "./support/wrangler.mjs";

const folder = await freshFolder(["worker"]);
const session = await startSession(folder);
const VITE = fileURLToPath(
  new URL("support/vite-cloudflare.mjs", import.meta.url),
);

for (const { mode, flags, storage } of MODES)
  for (const command of ["develop", "preview"])
    test(`vite ${command}, ${mode}`, async (t) => {
      const vars = { OPTIONS: session.options, WHO: t.name };
      await writeConfiguration(
        folder,
        { mode, flags },
        vars,
        "worker/plain.js",
      );
      const args = [VITE, command];
      const vite = start(t, process.execPath, args, {
        cwd: folder,
        env: QUIET,
      });
      const url = await vite.said(/(http:\S+)/);
      await (await fetch(url)).text();
      await session.expect(t.name, { storage });
    });
