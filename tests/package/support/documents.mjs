// Reads the documents of the repository: their headings, their code blocks and their links.

import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = new URL("../../../", import.meta.url);

export const readDocument = (path) => readFileSync(new URL(path, ROOT), "utf8");

/** Returns the path of every Markdown file that is or would be committed. */
export function allDocuments() {
  const listed = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
    { cwd: fileURLToPath(ROOT), encoding: "utf8" },
  );
  return listed.trim().split("\n");
}

/** Returns `{ language, code, heading }` of every code block; `heading` is the anchor above it. */
export function codeBlocks(text) {
  const blocks = [];
  let heading;
  let block;
  for (const line of text.split("\n")) {
    const [, indent, language] = /^( *)```(\w*)/.exec(line) ?? [];
    if (block !== undefined && language === "") {
      blocks.push(block);
      block = undefined;
    } else if (block !== undefined) {
      block.code += `${line.slice(block.indent)}\n`;
    } else if (indent !== undefined) {
      block = { language, heading, code: "", indent: indent.length };
    } else if (/^#+ /.test(line)) {
      heading = anchorOf(line);
    }
  }
  return blocks;
}

/** Returns the programs of a document by name: `docs/node.md#a-script`, the next one there with ` 2`. */
export function programsOf(path) {
  const programs = new Map();
  const counts = new Map();
  for (const { language, code, heading } of codeBlocks(readDocument(path))) {
    if (language !== "js") continue;
    const count = (counts.get(heading) ?? 0) + 1;
    counts.set(heading, count);
    const name = `${path}#${heading}${count > 1 ? ` ${count}` : ""}`;
    programs.set(name, code);
  }
  return programs;
}

/** Returns the broken relative links of a document. */
export function brokenLinks(path) {
  const here = new URL(path, ROOT);
  const text = withoutCode(readDocument(path));
  const links = [...text.matchAll(/\]\((?![a-z]+:)([^)]+)\)/g)];
  return links.map(([, link]) => link).filter((link) => !exists(link, here));
}

function exists(link, here) {
  const target = new URL(link, here);
  const anchor = target.hash.slice(1);
  target.hash = "";
  try {
    if (anchor === "") return statSync(target) !== undefined;
    return anchorsOf(readFileSync(target, "utf8")).includes(anchor);
  } catch {
    return false;
  }
}

const anchorsOf = (text) =>
  withoutCode(text)
    .split("\n")
    .filter((line) => /^#+ /.test(line))
    .map(anchorOf);

/** Returns the anchor that GitHub gives to a heading. */
const anchorOf = (line) =>
  line
    .replace(/^#+ /, "")
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

const withoutCode = (text) =>
  text.replace(/^( *)```[\s\S]*?^\1```$/gm, "").replace(/`[^`\n]*`/g, "");
