// A Worker's configuration, and wrangler as a user runs it.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tool } from "./tools.mjs";

export const WRANGLER = tool("wrangler/wrangler-dist/cli.js");

/** The parts of Node's API that a Worker may have. With this compatibility date none is on by default. */
export const COMPATIBILITY_DATE = "2026-04-01";
export const MODES = [
  { mode: "nodejs_compat", flags: ["nodejs_compat"], storage: true },
  { mode: "nodejs_als", flags: ["nodejs_als"], storage: true },
  { mode: "no flag", flags: [], storage: false },
];

/** No request leaves this machine, and wrangler does not prompt. */
export const QUIET = {
  ...process.env,
  WRANGLER_SEND_METRICS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  CI: "true",
};

export async function writeConfiguration(
  folder,
  { mode, flags },
  vars = {},
  main = "worker/index.js",
) {
  const configuration = {
    name: "app",
    main,
    compatibility_date: COMPATIBILITY_DATE,
    compatibility_flags: flags,
    vars: { ...vars, MODE: mode },
    ...(main === "worker/index.js" && BINDINGS),
  };
  const path = join(folder, "wrangler.json");
  await writeFile(path, JSON.stringify(configuration));
}

const BINDINGS = {
  durable_objects: { bindings: [{ name: "ROOMS", class_name: "Room" }] },
  migrations: [{ tag: "one", new_sqlite_classes: ["Room"] }],
  queues: {
    producers: [{ binding: "QUEUE", queue: "work" }],
    consumers: [{ queue: "work", max_batch_timeout: 0 }],
  },
};
