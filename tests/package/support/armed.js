// In the build with traps, wraps the core that is given to pkg/lib/core/instance.js: each export traps, by the
// module's own trap, when its name is the next one in `laminarTraps`.

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

/** A trap at the beginning of a call does not change the memory. */
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

// Each trap happens once, in this order, in any instance.
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
