// Starts the parts in the order in which they need each other's addresses.

import { startCollector } from "../collector.mjs";
import { createFront } from "./front.mjs";
import { LOOPBACK, close, listen } from "./http.mjs";
import { createModel } from "./model.mjs";
import { startWorker } from "./workerd.mjs";

const DEMO_KEY = "local-demo-key";
const LAMINAR = "https://api.lmnr.ai";

// With port 0 every part takes a free one, so that tests can run in parallel.
export async function startDemo({ port = 0, spread = 0, env = {} } = {}) {
  const key = env.LMNR_PROJECT_API_KEY;
  const collector = await startCollector({
    key: key || DEMO_KEY,
    port: port && 4318,
    spread: 20,
    upstream: key ? env.LMNR_BASE_URL || LAMINAR : undefined,
  });
  const parts = { agent: { keyIsRight: true, changes: 0 }, collector };
  const model = createModel();
  const front = createFront(parts);
  const stop = () =>
    Promise.all([
      close(front),
      close(model),
      collector.stop(),
      parts.worker?.stop(),
    ]);
  try {
    const modelPort = await listen(model, 0);
    const bound = await listen(front, port, spread);
    const url = `http://${LOOPBACK}:${bound}`;
    parts.worker = await startWorker({
      LMNR_PROJECT_API_KEY: key || DEMO_KEY,
      LMNR_BASE_URL: collector.url,
      MODEL_URL: `http://${LOOPBACK}:${modelPort}/v1/`,
      PAGES_URL: `${url}/pages/`,
    });
    return { url, agent: parts.agent, collector, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
