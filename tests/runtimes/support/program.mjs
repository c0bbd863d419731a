// A program in a process of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";

/** Resolves when the process is over; rejects with what it wrote if it failed. */
export async function runProgram(t, command, args, options) {
  const child = start(t, command, args, options);
  const code = await child.over;
  if (code !== 0)
    throw new Error(`${command} ended with ${code}:\n${child.written}`);
}

/** Starts a process that is ended with the test. */
export function start(t, command, args, options) {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
  });
  child.written = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => {
      child.written += text;
      child.emit("written");
    });
  child.over = once(child, "close").then(([code, signal]) => code ?? signal);
  t.after(async () => {
    child.kill();
    await child.over;
  });
  /** Resolves to the first match of `pattern` in its output. */
  child.said = (pattern) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(child.written);
        if (found) resolve(found[1]);
      };
      child.on("written", look);
      child.on("close", () => reject(new Error(child.written)));
      look();
    });
  return child;
}
