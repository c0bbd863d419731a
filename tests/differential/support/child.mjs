// Runs the programs in a process of its own: `node child.mjs MODULE PORT`, answers by IPC.

import { runAll } from "./run.mjs";

const [, , source, port] = process.argv;
const { sdk } = await import(source);
process.send(await runAll(sdk, Number(port)), () => process.exit());
