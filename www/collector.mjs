// A small OTLP collector: takes protobuf over HTTP, checks the key, keeps the
// newest traces in memory and serves them as JSON. With a Laminar key in the
// environment it also passes every request on, unchanged.

import { decodeRequest } from "./collector/decode.mjs";
import { forwarder } from "./collector/forward.mjs";
import { TraceStore } from "./collector/store.mjs";
import { inflate } from "./collector/inflate.mjs";
import {
  LOOPBACK,
  TooLarge,
  close,
  listen,
  readBody,
  sendJson,
  serve,
} from "./demo/http.mjs";

const LIMIT = 5 * 1024 * 1024;
const ID = /^[0-9a-f]{32}$/;

export async function startCollector({ key, port = 0, spread = 0, upstream }) {
  const store = new TraceStore();
  const forward = upstream && forwarder(upstream);
  const server = serve(route);
  const bound = await listen(server, port, spread);

  async function route(request, response) {
    const { pathname } = new URL(request.url, "http://collector");
    if (pathname === "/v1/traces") return receive(request, response);
    if (request.method !== "GET" || !pathname.startsWith("/api/traces"))
      return sendJson(response, 404, { error: "no such route" });
    const id = pathname.slice("/api/traces/".length);
    if (!id) return sendJson(response, 200, store.list());
    const trace = ID.test(id) && store.get(id);
    if (!trace) return sendJson(response, 404, { error: "no such trace" });
    return sendJson(response, 200, trace);
  }

  async function receive(request, response) {
    if (request.method !== "POST")
      return sendJson(response, 405, { error: "POST only" }, { allow: "POST" });
    let body;
    let spans;
    try {
      body = await readBody(request, LIMIT);
      if (!allowed(request)) {
        response.writeHead(401, { "www-authenticate": "Bearer" });
        return response.end();
      }
      if (!request.headers["content-type"]?.includes("protobuf"))
        return sendJson(response, 415, { error: "protobuf only" });
      const encoding = request.headers["content-encoding"];
      spans = decodeRequest(await inflate(body, encoding, LIMIT));
    } catch (error) {
      const status = error instanceof TooLarge ? 413 : 400;
      return sendJson(response, status, { error: error.message });
    }
    const answer = await forward?.(request.headers, body);
    if (!answer || answer.status < 300) store.add(spans);
    // An empty ExportTraceServiceResponse is zero bytes of protobuf.
    const { status, headers, body: bytes } = answer ?? ACCEPTED;
    response.writeHead(status, headers);
    response.end(bytes);
  }

  // With an upstream, the upstream checks the key.
  function allowed(request) {
    return (
      Boolean(forward) || request.headers.authorization === `Bearer ${key}`
    );
  }

  return {
    url: `http://${LOOPBACK}:${bound}`,
    store,
    forwardsTo: upstream,
    get up() {
      return server.listening;
    },
    start: () => server.listening || listen(server, bound),
    stop: () => close(server),
  };
}

const ACCEPTED = {
  status: 200,
  headers: { "content-type": "application/x-protobuf" },
};
