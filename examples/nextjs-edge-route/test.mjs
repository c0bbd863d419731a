import test from "node:test";
import assert from "node:assert/strict";
import { startCollector } from "../../tests/package/support/collector.mjs";
import { runProgram } from "../../tests/runtimes/support/program.mjs";
import { startServer } from "../support/server.mjs";

const NEXT = [process.execPath, "node_modules/next/dist/bin/next"];
const folder = import.meta.dirname;

test("each request of the built app is a trace", async (t) => {
  const collector = await startCollector(t);
  const [program, ...args] = [...NEXT, "build"];
  await runProgram(t, program, args, {
    cwd: folder,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
  });
  const { url } = await startServer(t, collector, {
    folder,
    command: [...NEXT, "start", "--port=0", "--hostname=127.0.0.1"],
  });
  const response = await fetch(`${url}/api/ask?q=why`);
  assert.deepEqual(await response.json(), { answer: "why? Because." });

  await collector.until(() => collector.spans.length === 2);
  assert.equal(
    collector.span("answer").parentSpanId,
    collector.span("GET").spanId,
  );
});
