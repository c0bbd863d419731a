// Hono knows the routes of its app, and says which of them match before it runs any. Asked here in the
// way in which the app itself asks a moment later.

/** What is known of a request with its route, if `app` is Hono's and has one for it. */
export function withRoute(event, app, env) {
  const route = routeOf(app, event.request, env);
  if (route === undefined) return event;
  return {
    ...event,
    name: `${event.name} ${route}`,
    attributes: { ...event.attributes, "http.route": route },
  };
}

function routeOf(app, request, env) {
  try {
    const { routes, router } = app;
    if (!Array.isArray(routes) || typeof router?.match !== "function")
      return undefined;
    const { method } = request;
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

/** Middleware stands among the routes: as a rule it is there for all methods, and takes `next`. */
function answering(matched) {
  const takesNext = ({ handler }) => handler.length > 1;
  const specific = matched.filter(({ method }) => method !== "ALL");
  return (
    specific.find((route) => !takesNext(route)) ??
    specific.at(-1) ??
    matched.find((route) => !takesNext(route))
  );
}
