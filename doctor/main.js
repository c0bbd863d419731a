// The command `laminar-edge`, as npx runs it.

import { statSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { examine } from "./doctor.js";
import { openProject, ownCopy } from "./project.js";
import { asJson, asText, countOf, wantsColors } from "./report.js";

// The longest that a flush of the package may take.
const MAX_TIMEOUT_MS = 25_000;
const FAILED = 1;
const MISUSED = 2;

const { version } = ownCopy();

const program = new Command("laminar-edge")
  .description("Commands of the laminar-edge package.")
  .version(version, "-v, --version", "print the version")
  .helpOption("-h, --help", "print this help")
  .helpCommand(false)
  // An invalid command line has an exit status of its own.
  .exitOverride(({ exitCode }) => process.exit(exitCode && MISUSED));

program
  .command("doctor")
  .description(
    "Look for reasons why spans do not arrive in Laminar, and say what to change.",
  )
  .option("--cwd <folder>", "the project to look at", ".")
  .option("-e, --env <name>", "one environment of the wrangler configuration")
  .option("-c, --config <file>", "a wrangler configuration at another place")
  .option("--base-url <url>", "the server, instead of LMNR_BASE_URL")
  .option("--timeout <ms>", "how long each answer may take", timeoutOf, 10_000)
  .option("--no-probe", "send no span")
  .option("--no-workerd", "do not start the workerd of the project")
  .option("--offline", "ask no server")
  .option("--strict", "warnings fail too")
  .option("--json", "print the findings as JSON")
  .option("--no-color", "print no colours")
  .addHelpText(
    "after",
    "\nExit status: 0 if nothing failed, 1 if something did, 2 if the command line is not understood.",
  )
  .action(doctor);

if (process.argv.length < 3) program.help({ error: true });
await program.parseAsync();

/** @param {import("./project.js").Options} options */
async function doctor(options) {
  if (!isFolder(options.cwd))
    program.error(`error: --cwd ${options.cwd} is no folder`);
  const project = openProject(options);
  const findings = await examine(project);
  const { fail, warn } = countOf(findings);
  const ok = fail === 0 && (!options.strict || warn === 0);
  const { folder } = project;
  process.stdout.write(
    options.json
      ? asJson(findings, { version, folder, ok })
      : asText(findings, {
          colors: wantsColors(process.stdout, process.env, options.color),
          title: `laminar-edge ${version}, ${folder}`,
        }),
  );
  process.exitCode = ok ? 0 : FAILED;
}

/** @param {string} path */
function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** @param {string} text */
function timeoutOf(text) {
  const ms = Number(text);
  if (!Number.isInteger(ms) || ms < 1 || ms > MAX_TIMEOUT_MS)
    throw new InvalidArgumentError(
      `It is a whole number from 1 to ${MAX_TIMEOUT_MS}.`,
    );
  return ms;
}
