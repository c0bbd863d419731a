// Runs the programs of LLM clients on one SDK, in a process of its own: `node child.mjs SDK PORT STAND-IN`.
// Each program is told apart by its key, and the outcome goes back by IPC.

import { programs } from "./programs.mjs";
import { readCase } from "../../llm/support/cases.mjs";

const [, , name, port, standIn] = process.argv;
const { clients, Laminar } = await import(`./${name}.mjs`);

for (const [id, { library, program }] of Object.entries(programs)) {
  process.send({ next: id });
  await new Promise((done) => process.once("message", done));
  await Laminar.initialize({
    projectApiKey: id,
    baseUrl: "http://127.0.0.1",
    httpPort: Number(port),
    forceHttp: true,
    instrumentModules: clients.modules ?? {},
  });
  const requests = (program.cases ?? []).map((each) => readCase(each).request);
  let outcome;
  try {
    outcome = await program.run(clients[library](standIn), requests);
  } catch (error) {
    outcome = { threw: `${error?.name}: ${error?.message}` };
  }
  await Laminar.flush();
  process.send({ id, outcome });
}
process.disconnect();
process.exit();
