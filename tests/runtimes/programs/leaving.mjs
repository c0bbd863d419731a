// A server of Deno's or of Bun's, and clients that leave while its answer streams: each span ends once, as
// incomplete, and there is no warning of a second end.

import { instrument } from "laminar-edge";
import { InMemorySpanExporter } from "laminar-edge/testing";

const CLIENTS = 3;
const warned = [];
console.warn = (...words) => warned.push(words.join(" "));
const exporter = new InMemorySpanExporter().install();
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends a chunk at intervals, until the client has left. */
function words() {
  let timer;
  return new ReadableStream({
    start(controller) {
      const word = new TextEncoder().encode("word ");
      controller.enqueue(word);
      timer = setInterval(() => {
        try {
          controller.enqueue(word);
        } catch {
          clearInterval(timer);
        }
      }, 20);
    },
    cancel: () => clearInterval(timer),
  });
}

const handler = instrument(() => new Response(words()), { name: "answer" });
const { port, stop } = await serve(handler);
for (let client = 0; client < CLIENTS; client++) {
  const leaving = new AbortController();
  const { signal } = leaving;
  const response = await fetch(`http://127.0.0.1:${port}/`, { signal });
  const reader = response.body.getReader();
  await reader.read();
  leaving.abort();
  await reader.read().catch(() => {});
}
const gaveUpAt = Date.now() + 10_000;
while (exporter.getFinishedSpans().length < CLIENTS && Date.now() < gaveUpAt)
  await wait(50);
// A second end would come now.
await wait(200);
await stop();

const spans = exporter.getFinishedSpans();
const ends = spans.map(({ attributes }) => attributes["laminar.incomplete"]);
const failed =
  warned.length > 0 ||
  ends.length !== CLIENTS ||
  ends.some((incomplete) => incomplete !== true);
if (failed) throw new Error(JSON.stringify({ warned, ends }));
console.log("each ended once");
(globalThis.Deno?.exit ?? globalThis.process.exit)(0);

async function serve(handler) {
  const { Bun, Deno } = globalThis;
  if (Bun !== undefined) {
    const server = Bun.serve({ port: 0, fetch: handler });
    return { port: server.port, stop: () => server.stop(true) };
  }
  const server = Deno.serve({ port: 0, onListen() {} }, handler);
  return { port: server.addr.port, stop: () => server.shutdown() };
}
