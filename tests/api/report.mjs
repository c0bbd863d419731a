// The public API as one text: what each entry exports, with its signature and without its comments.

import {
  CompilerState,
  Extractor,
  ExtractorConfig,
} from "@microsoft/api-extractor";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = fileURLToPath(new URL("../../pkg", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));

/** `entries`: names of declaration files. What the first declares is not repeated for the others. */
export function apiReport(entries) {
  const folder = mkdtempSync(join(tmpdir(), "laminar-edge-api-"));
  try {
    const seen = new Set();
    const configs = entries.map((entry) => configFor(entry, folder));
    // One for all: it reads every type of the web.
    const compilerState = CompilerState.create(configs[0], {
      additionalEntryPoints: entries.map(declarationsOf),
    });
    const sections = entries.map((entry, i) => {
      const blocks = declarations(configs[i], compilerState).filter(
        (it) => !seen.has(it),
      );
      for (const block of blocks) seen.add(block);
      const title =
        entry === "index" ? "laminar-edge" : `laminar-edge/${entry}`;
      return `## ${title}\n\n\`\`\`ts\n${blocks.join("\n\n")}\n\`\`\`\n`;
    });
    return `# The public API\n\nWritten by \`make accept\`.\n\n${sections.join("\n")}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const declarationsOf = (entry) => join(PACKAGE, `${entry}.d.ts`);

function configFor(entry, folder) {
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: PACKAGE,
      mainEntryPointFilePath: declarationsOf(entry),
      newlineKind: "lf",
      compiler: { tsconfigFilePath: join(HERE, "tsconfig.json") },
      apiReport: {
        enabled: true,
        reportFileName: entry,
        reportFolder: folder,
        reportTempFolder: join(folder, "temp"),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      // What is documented is the reference's business: see typedoc.json.
      messages: {
        extractorMessageReporting: { default: { logLevel: "none" } },
      },
    },
    configObjectFullPath: join(HERE, "api-extractor.json"),
    packageJsonFullPath: join(PACKAGE, "package.json"),
  });
}

/** Each declaration by itself, in the order of their names. */
function declarations(config, compilerState) {
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    compilerState,
    messageCallback: (message) => {
      if (message.logLevel !== "error") message.handled = true;
    },
  });
  if (!succeeded) throw new Error("the declarations do not compile");
  const report = readFileSync(config.reportFilePath, "utf8");
  return report
    .slice(report.indexOf("```ts") + 5, report.lastIndexOf("```"))
    .split(/^\/\/ @public.*$/m)
    .map((block) =>
      block.replace(/^ *\/\/ \((undocumented|No @package.*)\)\n/gm, "").trim(),
    )
    .filter((block) => block !== "");
}
