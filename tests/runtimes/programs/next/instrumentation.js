// Next.js bundles this apart from middleware and routes, so it has a copy of the package of its own.

import { Laminar } from "laminar-edge";

export function register() {
  const { INSTRUMENTATION_KEY: projectApiKey } = process.env;
  // The suite itself calls initialize.
  if (!projectApiKey) return;
  const mask = (_, value) =>
    typeof value === "string" ? value.replaceAll("secret", "•") : value;
  Laminar.initialize({ projectApiKey, mask });
}
