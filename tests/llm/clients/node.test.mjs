import test from "node:test";
import { Laminar } from "laminar-edge";
import { startSession } from "../../package/support/session.mjs";
import { startStandIn } from "../stand-in/server.mjs";
import { LIBRARIES, runProgram } from "./libraries.mjs";
import { compareAll } from "./support.mjs";

test("programs behave the same with and without tracing, in Node", async (t) => {
  const session = await startSession(t);
  const standIn = await startStandIn();
  t.after(() => standIn.close());
  await compareAll(t, LIBRARIES, standIn, async (run) => {
    const before = session.collector.spans.length;
    const outcome = await runProgram(run);
    await Laminar.flush();
    return { outcome, spans: session.collector.spans.slice(before) };
  });
});
