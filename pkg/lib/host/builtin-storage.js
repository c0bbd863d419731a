// AsyncLocalStorage without an import that would fail where there is none.

/** @returns {typeof import("node:async_hooks").AsyncLocalStorage | undefined} */
export function builtinStorage() {
  return (
    /** @type {any} */ (globalThis).AsyncLocalStorage ??
    globalThis.process?.getBuiltinModule?.("node:async_hooks")
      ?.AsyncLocalStorage
  );
}
