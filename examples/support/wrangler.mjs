// `wrangler dev` for an example's test, with spans going to a collector of the test.

import { start } from "../../tests/runtimes/support/program.mjs";

/** Resolves to the address of the example in `folder`, which runs until the test ends. */
export function wranglerDev(t, folder, collector) {
  const child = start(
    t,
    process.execPath,
    [
      ...["node_modules/wrangler/wrangler-dist/cli.js", "dev"],
      ...["--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0"],
      ...["--var", "LMNR_PROJECT_API_KEY:key"],
      ...["--var", `LMNR_BASE_URL:${collector.url}`],
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
