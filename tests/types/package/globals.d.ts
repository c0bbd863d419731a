// Globals of runtimes that TypeScript's libraries do not declare, as far as the package uses them.

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "cloudflare:workers" {
  export const env: Record<string, unknown>;
  export function waitUntil(promise: Promise<unknown>): void;
}

declare var Deno: any;
declare var Bun: any;
declare var fastly: any;
declare var EdgeRuntime: any;
declare var Netlify: any;
declare var WebSocketPair: any;
declare var WorkerGlobalScope: any;
declare var AI_SDK_TELEMETRY_INTEGRATIONS: any;
