// Platforms that run a runtime of somebody else's, and where each keeps its waitUntil.

const VERCEL = Symbol.for("@vercel/request-context");
// Next.js reads this one where it is served elsewhere.
const NEXT = Symbol.for("@next/request-context");

/** undefined where there is no such platform: there nobody ends requests early. */
export function platformWaitUntil() {
  const signs = ["EdgeRuntime", "Netlify", VERCEL, NEXT];
  return signs.some((sign) => sign in globalThis) ? waitUntil : undefined;
}

/**
 * Asked anew each time: what answers belongs to the request that asks.
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
