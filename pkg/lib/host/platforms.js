// Platforms that are built on another vendor's runtime, and where each keeps its waitUntil.

const VERCEL = Symbol.for("@vercel/request-context");
// Next.js reads this one when it is not hosted by Vercel.
const NEXT = Symbol.for("@next/request-context");

/** Returns the platform's waitUntil; undefined elsewhere, where requests are not ended early. */
export function platformWaitUntil() {
  const signs = ["EdgeRuntime", "Netlify", VERCEL, NEXT];
  return signs.some((sign) => sign in globalThis) ? waitUntil : undefined;
}

/**
 * Looks the platform's context up on each call, because it belongs to the request that runs.
 * @param {Promise<unknown>} promise
 */
function waitUntil(promise) {
  const {
    EdgeRuntime,
    Netlify,
    [VERCEL]: vercel,
    [NEXT]: next,
  } = /** @type {any} */ (globalThis);
  // Supabase's EdgeRuntime has one; Vercel's is a string.
  const contexts = [
    vercel?.get?.(),
    next?.get?.(),
    Netlify?.context,
    EdgeRuntime,
  ];
  contexts.find((context) => context?.waitUntil)?.waitUntil(promise);
}
