// Finds the route of a request in a Hono app, whose router tells which routes match before it runs any. It is
// called as the app itself calls it afterwards.

/** @typedef {import("./kinds.js").HostEvent} HostEvent */
/** @typedef {{ method: string, path: string, handler: Function }} Route */

/**
 * Returns the event with its route, if `app` is Hono's and has one for the request.
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
    // The app is another framework's. Hono's own errors occur again when the app runs.
    return undefined;
  }
}

/**
 * Returns the route that answers. Middleware is among the matched routes; it usually matches all methods, and
 * takes `next`.
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
