// Runs one scenario in a process of its own, and records uncaught errors.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const RUNNER = fileURLToPath(new URL("./child-runner.mjs", import.meta.url));

/**
 * Calls the function `name` of a file in ../scenarios with `input`. Returns `{ result, said, uncaught }`: its
 * result, the lines on the console, and uncaught errors.
 */
export async function runScenario(file, name, input = {}, flags = []) {
  const source = new URL(`../scenarios/${file}`, import.meta.url);
  const child = spawn(
    process.execPath,
    [...flags, RUNNER, source.href, name, JSON.stringify(input)],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const [output, errors] = ["", ""].map((text, i) => {
    const collected = { text };
    [child.stdout, child.stderr][i].on(
      "data",
      (more) => (collected.text += more),
    );
    return collected;
  });
  const code = await new Promise((done) => child.on("close", done));
  if (code !== 0) throw new Error(`${name}: exit ${code}\n${errors.text}`);
  return JSON.parse(output.text);
}
