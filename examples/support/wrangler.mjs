// Runs `wrangler dev` for the test of an example, whose spans go to a collector of the test.

import { start } from "../../tests/runtimes/support/program.mjs";

/** Resolves to the address of the example in `folder`, which runs until the test ends; `vars` are more of its env. */
export function wranglerDev(t, folder, collector, vars = {}) {
  const all = {
    LMNR_PROJECT_API_KEY: "key",
    LMNR_BASE_URL: collector.url,
    ...vars,
  };
  const child = start(
    t,
    process.execPath,
    [
      ...["node_modules/wrangler/wrangler-dist/cli.js", "dev"],
      ...["--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0"],
      ...Object.entries(all).flatMap(([name, value]) => [
        "--var",
        `${name}:${value}`,
      ]),
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        WRANGLER_SEND_METRICS: "false",
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        CI: "true",
      },
    },
  );
  return child.said(/Ready on (http:\S+)/);
}
