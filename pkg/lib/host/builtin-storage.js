// Finds AsyncLocalStorage without an import, which would fail where the runtime has none.

/** @returns {typeof import("node:async_hooks").AsyncLocalStorage | undefined} */
export function builtinStorage() {
  return (
    /** @type {any} */ (globalThis).AsyncLocalStorage ??
    globalThis.process?.getBuiltinModule?.("node:async_hooks")
      ?.AsyncLocalStorage
  );
}
