// The package with a shorter budget for flushes.

import { Laminar as original } from "laminar-edge";

export { observe } from "laminar-edge";

export const Laminar = {
  ...original,
  initialize: (options) =>
    original.initialize({ ...options, traceExportTimeoutMillis: 500 }),
};
