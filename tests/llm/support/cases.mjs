// The cases of bodies/.

import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";

const BODIES = join(import.meta.dirname, "../bodies");

/** Returns all cases, each with its `id`, such as "anthropic/plain", and the bytes of its `body`. */
export function allCases() {
  return readdirSync(BODIES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: folder }) =>
      readdirSync(join(BODIES, folder))
        .filter((file) => file.endsWith(".json"))
        .map((file) => readCase(`${folder}/${basename(file, ".json")}`)),
    );
}

export function readCase(id) {
  const file = join(BODIES, id);
  const found = JSON.parse(readFileSync(`${file}.json`, "utf8"));
  return {
    id,
    ...found,
    requestText: found.requestText ?? JSON.stringify(found.request),
    body: readFileSync(`${file}.body`),
  };
}

/** Returns requests that look like an LLM call and are none. */
export function lookAlikes() {
  return JSON.parse(readFileSync(join(BODIES, "look-alikes.json"), "utf8"));
}
