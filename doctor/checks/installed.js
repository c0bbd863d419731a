// Checks whether the project has the package, and how many copies.

import { existsSync } from "node:fs";
import path from "node:path";
import { broughtBy } from "../paths.js";

/**
 * @typedef {import("../project.js").Project} Project
 * @typedef {import("../project.js").Finding} Finding
 */

/**
 * @param {Project} project
 * @returns {Finding[]}
 */
export function checkInstalled(project) {
  const { copies, manifest, root } = project;
  const [first] = copies;
  const check = "package";
  const range = { ...manifest.devDependencies, ...manifest.dependencies }[
    "laminar-edge"
  ];
  const fix = [{ run: "npm install laminar-edge" }];
  if (first === undefined) {
    if (existsSync(path.join(root, ".pnp.cjs")))
      return [
        {
          check,
          status: "skip",
          text: "Yarn's Plug'n'Play keeps packages in archives; what is looked at is the package that this command belongs to",
        },
      ];
    const text =
      range === undefined
        ? "laminar-edge is not installed here"
        : `laminar-edge ${range} is in package.json and not in node_modules`;
    return [
      {
        check,
        status: "fail",
        text,
        fix: range === undefined ? fix : [{ run: "npm install" }],
      },
    ];
  }
  const where = `laminar-edge ${first.version} in ${project.shown(first.root)}`;
  return range === undefined
    ? [
        {
          check,
          status: "warn",
          text: `${where}, and not in package.json: another install may remove it`,
          fix,
        },
      ]
    : [{ check, status: "ok", text: where }];
}

/**
 * @param {Project} project
 * @returns {Finding[]}
 */
export function checkCopies(project) {
  const { copies } = project;
  const check = "copies";
  if (copies.length === 0) return [];
  if (copies.length === 1)
    return [{ check, status: "ok", text: "one copy in node_modules" }];
  const list = copies
    .map(({ root, version }) => {
      const by = broughtBy(root);
      return `${version} in ${project.shown(root)}${by ? ` (brought by ${by})` : ""}`;
    })
    .join("; ");
  const forms = new Set(copies.map(({ form }) => form));
  const canWorkTogether = forms.size === 1 && !forms.has(undefined);
  return [
    {
      check,
      status: canWorkTogether ? "warn" : "fail",
      text: canWorkTogether
        ? `${copies.length} copies share their spans, but a bundle carries each: ${list}`
        : `${copies.length} copies that cannot work together, so that each sends by itself or not at all: ${list}`,
      fix: [{ run: "npm dedupe laminar-edge" }],
    },
  ];
}
