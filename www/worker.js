import { Laminar } from "laminar-edge";
import { ask } from "./agent/ask.js";
import { keepReport, reportOf } from "./agent/reports.js";

export default {
  async fetch(request, env, ctx) {
    Laminar.initialize({
      // A switch on the page replaces the key by a wrong one.
      projectApiKey:
        request.headers.get("x-project-key") ?? env.LMNR_PROJECT_API_KEY,
      baseUrl: env.LMNR_BASE_URL,
      // Short, so that a visitor who stops the collector soon sees the result.
      traceExportTimeoutMillis: 3_000,
    });

    const url = new URL(request.url);
    switch (`${request.method} ${url.pathname}`) {
      case "POST /api/ask":
        return answer(await request.json(), env, ctx);
      case "POST /api/flush":
        return Response.json(await Laminar.flush());
      case "GET /api/stats":
        return Response.json(Laminar.stats());
      case "GET /api/reports":
        return Response.json(reportOf(url.searchParams.get("trace")));
    }
    return new Response("Not found", { status: 404 });
  },
};

function answer({ question }, env, ctx) {
  const span = Laminar.startSpan({ name: "ask", input: { question } });
  const { traceId } = span.spanContext();
  const { readable, writable } = new TransformStream();
  const send = sender(writable.getWriter());

  send({ type: "trace", traceId });
  const work = Laminar.withSpan(span, () => ask(question, env, send))
    .then(
      (text) => span.setOutput(text),
      (error) => {
        span.recordException(error);
        send({ type: "error", message: error.message });
      },
    )
    .finally(() => span.end());

  // The response is on its way before the first step runs; the flush starts
  // after the last one and nobody waits for it.
  ctx.waitUntil(
    work
      .then(() => send.end())
      .then(() => flush())
      .then((report) => keepReport(traceId, report)),
  );
  return new Response(readable, {
    headers: { "content-type": "application/x-ndjson" },
  });
}

async function flush() {
  const startedAt = Date.now();
  const report = await Laminar.flush();
  return { startedAt, endedAt: Date.now(), report };
}

// A visitor who leaves early must not turn the agent's own steps into errors.
function sender(writer) {
  const encoder = new TextEncoder();
  const send = (event) =>
    writer
      .write(encoder.encode(`${JSON.stringify(event)}\n`))
      .catch(() => undefined);
  send.end = () => writer.close().catch(() => undefined);
  return send;
}
