// Detects the runtime, for entries that several runtimes share.

export function detectRuntime() {
  try {
    const { process, navigator, Deno, Bun, fastly } = globalThis;
    if (Deno?.version?.deno) return `deno@${Deno.version.deno}`;
    if (Bun?.version) return `bun@${Bun.version}`;
    if (navigator?.userAgent === "Cloudflare-Workers") return "workerd";
    if (fastly !== undefined) return "fastly";
    if (process?.versions?.node) return `node@${process.versions.node}`;
  } catch {
    // A host may guard its globals. The name is not worth an exception.
  }
  return typeof document === "undefined" ? "unknown" : "browser";
}
