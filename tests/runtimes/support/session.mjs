// A collector, a place for results, and the folder; `expect` waits for one runtime's run of the suite.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { after } from "node:test";
import { deadUrl, startCollector } from "../../package/support/collector.mjs";
import { judge } from "./judge.mjs";

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};
// The time for a cold runtime on a busy machine.
const PATIENCE_MS = 60_000;

/** `folder` is served too, and `/otlp/WHO` leads to the collector: browsers stay on one origin. */
export async function startSession(folder) {
  const collector = await startCollector({ after });
  const busy = new Set();
  collector.behave(({ path, key }) => {
    if (!path.includes("/busy/") || busy.has(key)) return "ok";
    busy.add(key);
    return 503;
  });
  const results = new Map();
  const resultsOf = (who) => {
    if (!results.has(who))
      results.set(who, Promise.withResolvers?.() ?? later());
    return results.get(who);
  };

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const [, place, name] = pathname.split("/");
    try {
      if (place === "results")
        resultsOf(decodeURIComponent(name)).resolve(
          JSON.parse(await bodyOf(request)),
        );
      else if (place === "otlp")
        return await passOn(request, response, collector.url);
      else return await serveFile(response, join(folder, normalize(pathname)));
      response.end();
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  const dead = await deadUrl();

  return {
    url,
    collector,
    /** The options that a program passes to the suite; in a browser all URLs are on the page's origin. */
    options: { url, collectorUrl: collector.url, deadUrl: dead },
    browserOptions: { url, collectorUrl: `${url}/otlp`, deadUrl: dead },
    /** Checks the results of `who` and the spans that arrived from it. */
    async expect(who, expected, failing = new Promise(() => {})) {
      const late = new Promise((_, reject) => {
        const fail = () => reject(new Error(`${who} gave no results`));
        setTimeout(fail, PATIENCE_MS).unref();
      });
      const said = await Promise.race([resultsOf(who).promise, failing, late]);
      const spans = collector.requests
        .filter(({ key }) => key === `key of ${who}`)
        .flatMap(({ accepted }) => accepted);
      judge(said, spans, expected);
    },
  };
}

function later() {
  const it = {};
  it.promise = new Promise((resolve) => (it.resolve = resolve));
  return it;
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A proxy like a page needs: it adds the key, which the page must not send. */
async function passOn(request, response, origin) {
  const { method, url, headers } = request;
  if (headers.authorization) return response.writeHead(400).end();
  const [, , who, ...path] = url.split("/");
  const kept = { authorization: `Bearer key of ${decodeURIComponent(who)}` };
  for (const name of ["content-type", "content-encoding"])
    if (headers[name]) kept[name] = headers[name];
  const target = new URL(path.join("/"), `${origin}/`);
  const body = await bodyOf(request);
  const answer = await fetch(target, { method, headers: kept, body });
  response.writeHead(answer.status).end(await answer.text());
}

async function serveFile(response, path) {
  const content = await readFile(path);
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  response.writeHead(200, { "content-type": type }).end(content);
}
