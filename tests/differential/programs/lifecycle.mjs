// Initialize, initialize again, shut down, and initialize once more.

import { outcome } from "../support/outcome.mjs";

export const initialize = "itself";

export default async ({ Laminar, observe }, options) => {
  const { httpPort } = options;
  const state = () => ({
    initialized: Laminar.initialized(),
    key: Laminar.getProjectApiKey(),
    url: Laminar.getHttpUrl()?.replace(`:${httpPort}`, ":PORT"),
  });
  const found = { before: Laminar.initialized() };
  Laminar.initialize(options);
  found.up = state();
  observe({ name: "first life" }, () => 1);
  found["initialize again"] = outcome(() => Laminar.initialize(options));
  found.again = state();
  observe({ name: "still first life" }, () => 1);
  await Laminar.flush();
  await Laminar.shutdown();
  found.down = { initialized: Laminar.initialized() };
  found["observe when down"] = observe({ name: "lost" }, () => "through");
  Laminar.initialize({ ...options, metadata: { life: 2 } });
  found["up again"] = state();
  observe({ name: "second life" }, () => 1);
  await Laminar.flush();
  await Laminar.shutdown();
  return found;
};
