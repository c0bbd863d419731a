import test from "node:test";
import { startCollector } from "../../package/support/collector.mjs";
import { startWorker } from "../../package/support/workerd.mjs";
import { startStandIn } from "../stand-in/server.mjs";
import { LIBRARIES } from "./libraries.mjs";
import { compareAll } from "./support.mjs";

test("programs behave the same with and without tracing, in workerd", async (t) => {
  const collector = await startCollector(t);
  const standIn = await startStandIn();
  t.after(() => standIn.close());
  const worker = await startWorker(t, "../../llm/clients/worker.mjs");
  const options = { projectApiKey: "key", baseUrl: collector.url };
  await compareAll(t, LIBRARIES, standIn, async (run) => {
    const before = collector.spans.length;
    const outcome = await worker.call("/", { ...run, options });
    return { outcome, spans: collector.spans.slice(before) };
  });
});
