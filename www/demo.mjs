// node www/demo.mjs: starts everything, prints the address, runs till Ctrl-C.

import { startDemo } from "./demo/start.mjs";

const asked = process.env.PORT;
const demo = await startDemo({
  port: Number(asked || 8787),
  // A port somebody asked for is either had or reported as taken.
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

// First in line: miniflare would answer the signal too, and call Ctrl-C a
// failure. Its own exit hook takes workerd down.
for (const signal of ["SIGINT", "SIGTERM"])
  process.prependListener(signal, () => process.exit(0));
