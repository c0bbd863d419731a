// Measures the core on the host with valgrind, which gives the same figures with the same compiler.

import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FEW = 256;
const MANY = 1_280;

/** Returns the instructions and allocations of a span, by workload. */
export function core() {
  const program = build();
  const found = {};
  for (const workload of ["W1", "W2"]) {
    const per = (count) =>
      (count(program, workload, MANY) - count(program, workload, FEW)) /
      (MANY - FEW);
    found[workload] = {
      instructions: per(instructions),
      allocations: per(allocations),
    };
  }
  return found;
}

function build() {
  const lines = execFileSync(
    "cargo",
    [
      "build",
      "--release",
      "--quiet",
      "--bench",
      "core",
      "--message-format=json",
    ],
    {
      cwd: ROOT,
      encoding: "utf8",
      maxBuffer: 64 << 20,
      stdio: ["ignore", "pipe", "inherit"],
    },
  ).split("\n");
  return lines
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .find(({ executable, target }) => executable && target.name === "core")
    .executable;
}

function valgrind(options, program, workload, spans, pattern) {
  const { stderr, status } = spawnSync(
    "valgrind",
    [...options, program, workload, String(spans)],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`valgrind: ${stderr}`);
  return Number(pattern.exec(stderr)[1].replaceAll(",", ""));
}

const instructions = (...run) =>
  valgrind(
    ["--tool=callgrind", "--callgrind-out-file=/dev/null"],
    ...run,
    /Collected : (\d+)/,
  );

const allocations = (...run) =>
  valgrind(["--tool=memcheck"], ...run, /total heap usage: ([\d,]+) allocs/);
