// The module from bytes that travel inside the JavaScript: no file, loader, address or permission.

import deflated from "../../wasm/laminar_edge_inlined.js";

/** @returns {Promise<WebAssembly.Module>} */
export async function compileInlined() {
  const bytes = Uint8Array.from(atob(deflated), (char) => char.charCodeAt(0));
  const inflated = /** @type {ReadableStream} */ (
    new Response(bytes).body
  ).pipeThrough(new DecompressionStream("deflate-raw"));
  return WebAssembly.compile(await new Response(inflated).arrayBuffer());
}
