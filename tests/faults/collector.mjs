// An OTLP collector that fails on demand, and records which spans it accepted. By itself: node
// tests/faults/collector.mjs --port 4318 --faults 503,hang,ok

import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { decodeRequest, partialSuccess } from "../package/support/decode.mjs";

const NAMED = {
  ok: () => ({}),
  hang: () => ({ hang: true }),
  "reset-before-body": () => ({ unread: true, reset: true }),
  "reset-after-body": () => ({ reset: true }),
  "slow-headers": (ms = 500) => ({ delayMs: ms }),
  "slow-body": (ms = 500) => ({ body: " ".repeat(64), bodyMs: ms }),
  "endless-body": () => ({ body: " ", bodyMs: Infinity }),
  truncated: () => ({
    headers: { "content-length": 64 },
    body: "x",
    cut: true,
  }),
  garbage: () => ({ body: "<html>\xff\0 fine" }),
  flood: (bytes = 8 << 20) => ({ body: Buffer.alloc(bytes, "x") }),
  partial: (spans = 1) => ({ rejected: spans, body: partialSuccess(spans) }),
  "partial-json": (spans = 1) => ({
    rejected: spans,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ partialSuccess: { rejectedSpans: `${spans}` } }),
  }),
  "retry-after": (seconds = 1) => busy(`${seconds}`),
  "retry-at": (seconds = 1) =>
    busy(new Date(Date.now() + seconds * 1_000).toUTCString()),
  "too-large":
    (bytes = 1_000) =>
    (request) =>
      request.bytes.length > bytes ? { status: 413 } : {},
};
const busy = (retryAfter) => ({
  status: 503,
  headers: { "retry-after": retryAfter },
});

/**
 * What to do: a status, one of the names above with `:number` for its argument, or their meaning as an object.
 * With the prefix `accept-then-` the spans are accepted, whatever answer the sender gets.
 */
function faultOf(said = "ok") {
  if (typeof said === "object") return said;
  const [, accept, name, argument] =
    /^(accept-then-)?([^:]+):?(.*)$/.exec(said) ?? [];
  const meaning = /^\d+$/.test(name)
    ? { status: Number(name) }
    : NAMED[name]?.(argument ? Number(argument) : undefined);
  if (meaning === undefined) throw new Error(`no such fault: ${said}`);
  return accept ? { ...meaning, accept: true } : meaning;
}

/** Returns whether the collector keeps the spans: by default if its answer says so. */
function accepts({ accept, hang, reset, status = 200 }) {
  return accept ?? (!hang && !reset && status < 300);
}

/**
 * `faults` is one fault, a list with one for each request in turn (the last one stays), or a function
 * of the request. A request is `{ fault, key, bytes, spans, accepted, status, … }`; `accepted` are the
 * spans that were kept.
 */
export async function startFaultCollector({ port = 0, faults = "ok" } = {}) {
  const requests = [];
  const watchers = new Set();
  const told = () => [...watchers].forEach((look) => look());
  let script = faults;
  let turn = 0;

  async function serve(incoming, response) {
    let said = Array.isArray(script)
      ? script[Math.min(turn++, script.length - 1)]
      : script;
    const { method, url: path, headers, socket } = incoming;
    const key = headers.authorization?.replace(/^Bearer /, "");
    const request = { at: Date.now(), method, path, headers, key };
    Object.assign(request, { spans: [], accepted: [], bytes: Buffer.alloc(0) });
    const unread = typeof said !== "function" && faultOf(said).unread;
    if (!unread) {
      const chunks = [];
      for await (const chunk of incoming) chunks.push(chunk);
      request.bytes = Buffer.concat(chunks);
      if (method === "POST") request.spans = decode(request);
    }
    requests.push(request);
    if (typeof said === "function") said = said(request);
    let fault = faultOf(said ?? "ok");
    if (typeof fault === "function") fault = fault(request);
    request.fault = said;
    const kept = Math.max(0, request.spans.length - (fault.rejected ?? 0));
    if (accepts(fault)) request.accepted = request.spans.slice(0, kept);
    told();
    if (fault.hang) return;
    if (fault.reset) return socket.resetAndDestroy();
    await fault.gate;
    if (fault.delayMs) await wait(fault.delayMs);
    request.status = fault.status ?? 200;
    response.writeHead(request.status, fault.headers);
    const body = fault.body ?? "";
    if (fault.cut) return response.write(body, () => socket.destroy());
    if (fault.bodyMs) response.write(body.slice(0, 1));
    if (fault.bodyMs === Infinity) return;
    if (fault.bodyMs) await wait(fault.bodyMs);
    response.end(fault.bodyMs ? body.slice(1) : body);
    told();
  }

  // A sender that goes away in the middle of its body has sent nothing.
  const server = createServer((...both) => serve(...both).catch(() => {}));
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    behave(next) {
      script = next;
      turn = 0;
    },
    /** Calls `look` at every event, until the returned function is called. */
    watch(look) {
      watchers.add(look);
      return () => watchers.delete(look);
    },
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

function decode({ bytes, headers }) {
  try {
    const packed = headers["content-encoding"] === "gzip";
    return decodeRequest(packed ? gunzipSync(bytes) : bytes);
  } catch (error) {
    // No test expects this name.
    return [{ name: `undecodable: ${error.message}`, attributes: {} }];
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const options = { port: { type: "string" }, faults: { type: "string" } };
  const { port = "4318", faults = "ok" } = parseArgs({ options }).values;
  const script = faults.split(",");
  script.forEach((name) => faultOf(name));
  const collector = await startFaultCollector({ port, faults: script });
  console.log(`${collector.url}/v1/traces: ${script.join(", ")}`);
  let seen = 0;
  collector.watch(() => {
    for (const { fault, spans, accepted } of collector.requests.slice(seen))
      console.log(`${fault}: ${spans.length} spans, ${accepted.length} kept`);
    seen = collector.requests.length;
  });
}
