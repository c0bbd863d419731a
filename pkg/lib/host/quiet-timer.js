// The SDK's own timers, which must not keep a process alive.

/**
 * Starts a timer. Returns undefined where there are none, as in a Worker's global scope.
 * @param {() => void} action
 * @param {number} ms
 */
export function quietTimer(action, ms) {
  try {
    const timer = setTimeout(action, ms);
    timer?.unref?.();
    globalThis.Deno?.unrefTimer?.(timer);
    return timer;
  } catch {
    return undefined;
  }
}
