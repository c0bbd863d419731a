// `debug: true`: says why nothing arrived.

let on = false;

export function setDebug(wanted) {
  on = wanted === true;
}

export function isDebugging() {
  return on;
}

/** `detail` is anything the console can show, or a function that gives it. */
export function debug(message, detail) {
  if (!on) return;
  try {
    const shown = typeof detail === "function" ? detail() : detail;
    console.log(
      `[laminar-edge] ${message}`,
      ...(shown === undefined ? [] : [JSON.stringify(shown)]),
    );
  } catch {
    // Telemetry never breaks its host.
  }
}
