// node www/demo.mjs: starts everything, prints the address, runs till Ctrl-C.

import { startDemo } from "./demo/start.mjs";

const asked = process.env.PORT;
const demo = await startDemo({
  port: Number(asked || 8787),
  // A port from the environment must be free; no other one is tried.
  spread: asked ? 0 : 20,
  env: process.env,
}).catch((error) => {
  console.error(`The demo did not start: ${error.message}`);
  process.exit(1);
});

const { url, forwardsTo } = demo.collector;
console.log(`
  The demo   ${demo.url}
  Collector  ${url}${forwardsTo ? `, forwarding to ${forwardsTo}` : ""}

  Ctrl-C stops it.
`);

// This listener comes first, because miniflare's would treat Ctrl-C as a
// failure. Miniflare's exit hook stops workerd.
for (const signal of ["SIGINT", "SIGTERM"])
  process.prependListener(signal, () => process.exit(0));
