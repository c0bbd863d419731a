// Each kind of trouble is named once per isolate; a console that throws is none of our business.

const said = new Set();

export function warnOnce(kind, message) {
  if (said.has(kind)) return;
  said.add(kind);
  try {
    console.warn(`[laminar-edge] ${message}`);
  } catch {
    // Telemetry never breaks its host.
  }
}

/** Lets a kind be named again, for what can be put right and go wrong anew. */
export function forget(kind) {
  said.delete(kind);
}
