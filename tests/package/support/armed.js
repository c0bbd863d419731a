// Stands in the build that tests traps between pkg/lib/core/instance.js and whoever gives it the core: each
// export traps, by the module's own trap, when its name comes up in `laminarTraps`.

import { setCore as give } from "./core/instance.js";

export function setCore(core, loading) {
  give(
    core && {
      ...core,
      instantiate: (imports) => armed(core.instantiate(imports)),
    },
    loading,
  );
}

/** A trap at the beginning of a call leaves the memory as it was, wherever it is told to happen. */
function armed(exports) {
  const points = {};
  for (const [name, value] of Object.entries(exports)) {
    points[name] =
      typeof value === "function" && !name.startsWith("__")
        ? point(exports, name)
        : value;
  }
  return points;
}

// Each once and in this order, whichever instance comes by.
const point =
  (exports, name) =>
  (...numbers) => {
    const { laminarTraps } = globalThis;
    if (laminarTraps?.[0] === name) {
      laminarTraps.shift();
      exports.trap_now();
    }
    return exports[name](...numbers);
  };
