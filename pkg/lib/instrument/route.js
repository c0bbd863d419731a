// Hono knows the routes of its app, and says which of them match before it runs any. Asked here in the
// way in which the app itself asks a moment later.

/** @typedef {import("./kinds.js").HostEvent} HostEvent */
/** @typedef {{ method: string, path: string, handler: Function }} Route */

/**
 * What is known of a request with its route, if `app` is Hono's and has one for it.
 * @param {HostEvent} event
 * @param {any} app
 * @param {unknown} env
 * @returns {HostEvent}
 */
export function withRoute(event, app, env) {
  const route = routeOf(app, /** @type {Request} */ (event.request), env);
  if (route === undefined) return event;
  return {
    ...event,
    name: `${event.name} ${route}`,
    attributes: { ...event.attributes, "http.route": route },
  };
}

/** @param {any} app @param {Request} request @param {unknown} env */
function routeOf(app, request, env) {
  try {
    const { routes, router } = app;
    if (!Array.isArray(routes) || typeof router?.match !== "function")
      return undefined;
    const { method } = request;
    /** @type {[matches: [[handler: unknown, route: Route]][]]} */
    const [matches] = router.match(
      method === "HEAD" ? "GET" : method,
      app.getPath(request, { env }),
    );
    return answering(matches.map(([[, route]]) => route))?.path;
  } catch {
    // Another router by the same names; Hono's own trouble comes up when it is asked.
    return undefined;
  }
}

/**
 * Middleware stands among the routes: as a rule it is there for all methods, and takes `next`.
 * @param {Route[]} matched
 */
function answering(matched) {
  const takesNext = (/** @type {Route} */ { handler }) => handler.length > 1;
  const specific = matched.filter(({ method }) => method !== "ALL");
  return (
    specific.find((route) => !takesNext(route)) ??
    specific.at(-1) ??
    matched.find((route) => !takesNext(route))
  );
}
