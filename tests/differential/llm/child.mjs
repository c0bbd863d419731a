// Runs the programs of LLM clients on one SDK, in a process of its own: `node child.mjs SDK PORT STAND-IN`.
// Before each it asks by IPC. When all spans have been sent, it reports the result.

import { setTimeout as wait } from "node:timers/promises";
import { programs } from "./programs.mjs";
import { readCase } from "../../llm/support/cases.mjs";

const [, , name, port, standIn] = process.argv;
const { clients, Laminar, modules } = await import(`./${name}.mjs`);

await Laminar.initialize({
  projectApiKey: "key",
  baseUrl: "http://127.0.0.1",
  httpPort: Number(port),
  forceHttp: true,
  instrumentModules: modules,
});

for (const [id, { library, program }] of Object.entries(programs)) {
  process.send({ next: id });
  await new Promise((done) => process.once("message", done));
  const requests = (program.cases ?? []).map((each) => readCase(each).request);
  let outcome;
  try {
    outcome = await program.run(clients[library](standIn), requests);
  } catch (error) {
    outcome = { threw: `${error?.name}: ${error?.message}` };
    // A call may still be under way that the program does not await.
    await wait(500);
  }
  await Laminar.flush();
  process.send({ id, outcome });
}
process.exit();
