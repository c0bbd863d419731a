// The one address a visitor needs: the page and the agent's pages as files, the
// Worker and the collector behind /api, and the two switches.

import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readBody, sendJson, serve, sleep } from "./http.mjs";
import { readIndex } from "./pages.mjs";

const ROOT = new URL("../", import.meta.url);
const FILES =
  /^\/(index\.html|page\.(css|js)|page\/[\w-]+\.(css|js)|pages\/[\w-]+\.(html|css)|reference\/[\w./-]+\.(html|css|js|svg))$/;
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};
// Without a delay a page on loopback would be read at once. The delays are those of
// a near data centre, and differ from page to page.
const distance = (path) => 25 + ((path.length * 37) % 60);

export function createFront(parts) {
  const index = readIndex();
  return serve(async (request, response) => {
    const { pathname, search } = new URL(request.url, "http://front");
    const route = `${request.method} ${pathname}`;
    switch (route) {
      case "GET /api/demo":
        return sendJson(response, 200, describe(parts));
      case "POST /api/demo":
        return change(request, response, parts);
      case "POST /api/ask":
      case "POST /api/flush":
      case "GET /api/stats":
      case "GET /api/reports":
        return proxy(
          request,
          response,
          new URL(pathname + search, parts.worker.url),
          "Worker",
          keyHeader(parts.agent),
        );
      case "GET /pages/index.json":
        await sleep(distance(pathname));
        return sendJson(response, 200, await index);
    }
    if (request.method === "GET" && pathname.startsWith("/api/traces"))
      return proxy(
        request,
        response,
        new URL(pathname, parts.collector.url),
        "collector",
      );
    if (request.method === "GET") return file(response, pathname);
    return sendJson(response, 404, { error: "no such route" });
  });
}

async function file(response, pathname) {
  const path = pathname === "/" ? "/index.html" : pathname;
  if (path.startsWith("/pages/")) await sleep(distance(path));
  try {
    if (!FILES.test(path)) throw new Error("not served");
    const body = await readFile(new URL(`.${path}`, ROOT));
    response.writeHead(200, {
      "content-type": TYPES[extname(path)],
      "cache-control": "no-cache",
    });
    response.end(body);
  } catch {
    response.writeHead(404, { "content-type": "text/plain" });
    response.end("Not found\n");
  }
}

async function proxy(request, response, url, name, headers = {}) {
  const body =
    request.method === "POST" ? await readBody(request, 65_536) : undefined;
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  let answer;
  try {
    answer = await fetch(url, {
      method: request.method,
      headers: { "content-type": "application/json", ...headers },
      body,
      signal: gone.signal,
    });
  } catch {
    return sendJson(response, 502, { error: `the ${name} does not answer` });
  }
  response.writeHead(answer.status, {
    "content-type": answer.headers.get("content-type") ?? "text/plain",
    "cache-control": "no-store",
  });
  await pipeline(Readable.fromWeb(answer.body), response).catch(
    () => undefined,
  );
}

async function change(request, response, parts) {
  const { up, keyIsRight } = JSON.parse(await readBody(request, 1024));
  const { agent, collector } = parts;
  if (up === true) await collector.start();
  if (up === false) await collector.stop();
  if (typeof keyIsRight === "boolean") {
    agent.keyIsRight = keyIsRight;
    agent.changes++;
  }
  return sendJson(response, 200, describe(parts));
}

// The wrong key is a new one each time, because the SDK does not use a refused one
// for a while.
function keyHeader({ keyIsRight, changes }) {
  return keyIsRight ? {} : { "x-project-key": `wrong key ${changes}` };
}

function describe({ agent: { keyIsRight }, collector }) {
  const { url, up, forwardsTo } = collector;
  return { collector: { url, up, keyIsRight, forwardsTo: forwardsTo ?? null } };
}
