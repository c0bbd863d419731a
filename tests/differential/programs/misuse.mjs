// Calls with invalid arguments.

import { outcome } from "../support/outcome.mjs";

export default async ({ Laminar, observe }) => ({
  "observe without a function": outcome(() => observe({ name: "nothing" })),
  "observe with a string": outcome(() => observe({ name: "text" }, "f")),
  "observe a constructor's instance": outcome(() =>
    observe({ name: "instance" }, () => new Date(0)),
  ),
  "the SDK is up": Laminar.initialized(),
});
