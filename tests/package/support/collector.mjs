// An OTLP collector that remembers every request and answers as a test tells it to.

import { createServer } from "node:http";
import { decodeRequest } from "./decode.mjs";

/**
 * `behave` takes what to answer, or a function of the request that says so:
 * `{ status, body, headers, gate, hang, reset }`. `gate` is a promise to wait for.
 */
export async function startCollector(t) {
  const requests = [];
  const waiting = new Set();
  let behaviour = {};
  let answered = 0;

  const server = createServer(async (incoming, response) => {
    const chunks = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk);
    } catch {
      return; // The sender gave up.
    }
    const request = {
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
      key: incoming.headers.authorization?.replace(/^Bearer /, ""),
      bytes: Buffer.concat(chunks),
      spans: [],
      status: undefined,
    };
    request.spans = incoming.method === "POST" ? decode(request.bytes) : [];
    requests.push(request);
    const answer =
      (typeof behaviour === "function" ? behaviour(request) : behaviour) ?? {};
    wake();
    if (answer.hang) return;
    if (answer.reset) return incoming.socket.resetAndDestroy();
    await answer.gate;
    request.status = answer.status ?? 200;
    answered++;
    response.writeHead(request.status, answer.headers);
    response.end(answer.body ?? "");
    wake();
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));

  const wake = () => {
    for (const look of [...waiting]) look();
  };
  const collector = {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    get answered() {
      return answered;
    },
    /** Every span that came and was not turned away. */
    get spans() {
      return requests
        .filter(({ status }) => status === undefined || status < 300)
        .flatMap(({ spans }) => spans);
    },
    span(name) {
      return collector.spans.find((span) => span.name === name);
    },
    names() {
      return collector.spans.map(({ name }) => name).sort();
    },
    behave(next) {
      behaviour = next;
    },
    /** Resolves when `condition` holds; looks whenever something happens. */
    until(condition, ms = 15_000) {
      return new Promise((resolve, reject) => {
        const look = () => {
          if (!condition()) return;
          waiting.delete(look);
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`the collector waited in vain for ${condition}`));
        }, ms);
        waiting.add(look);
        look();
      });
    },
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
  t?.after(() => collector.close());
  return collector;
}

function decode(bytes) {
  try {
    return decodeRequest(bytes);
  } catch (error) {
    // No test expects this name.
    return [{ name: `undecodable: ${error.message}`, attributes: {} }];
  }
}

/** The URL of a port that nobody listens on. */
export async function deadUrl() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return `http://127.0.0.1:${port}`;
}

/** A promise and what resolves it. */
export function gate() {
  let open;
  const promise = new Promise((resolve) => (open = resolve));
  return { promise, open };
}

/** Answers nobody until `count` callers are there: they then go on together. */
export async function startBarrier(t, count) {
  let here = [];
  const server = createServer((_, response) => {
    here.push(response);
    if (here.length < count) return;
    for (const each of here) each.end();
    here = [];
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}
