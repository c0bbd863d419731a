// Compiles a module from bytes inside the JavaScript, which needs no file, loader, URL or permission.

/**
 * @param {string} deflated
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compileDeflated(deflated) {
  const bytes = Uint8Array.from(atob(deflated), (char) => char.charCodeAt(0));
  const inflated = /** @type {ReadableStream} */ (
    new Response(bytes).body
  ).pipeThrough(new DecompressionStream("deflate-raw"));
  return WebAssembly.compile(await new Response(inflated).arrayBuffer());
}
