// LLM calls in runtimes that run a program as a process: each recorded answer, and the span that it must give.
// The package is used as built, not packed.

import { join } from "node:path";
import { test } from "node:test";
import { runProgram } from "./support/program.mjs";
import { BUN, DENO, NODE_22, NODE_24 } from "./support/tools.mjs";

const program = join(import.meta.dirname, "../llm/support/every-case.mjs");

for (const [name, [executable, ...flags]] of [
  ["Node 22: LLM calls", [NODE_22]],
  ["Node 24: LLM calls", [NODE_24]],
  ["Deno: LLM calls", [DENO, "run", "--no-prompt", "--allow-all"]],
  ["Bun: LLM calls", [BUN]],
])
  test(name, (t) => runProgram(t, executable, [...flags, program]));
