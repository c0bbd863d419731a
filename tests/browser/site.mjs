// A site in real Chromium: a page with a script that was bundled as users do it, and the proxy through which
// its spans are sent.

import { after, before } from "node:test";
import { createServer } from "node:http";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { startCollector } from "../package/support/collector.mjs";

/** Starts the site before the suite: `{ browser, collector, url }`. `source` is the page's script. */
export function openSite(source) {
  const site = {};
  let server;
  before(async () => {
    const { outputFiles } = await build({
      entryPoints: [source],
      bundle: true,
      write: false,
      format: "esm",
      conditions: ["browser"],
    });
    site.collector = await startCollector();
    server = createServer(serve(outputFiles[0].text, site));
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    site.url = `http://127.0.0.1:${server.address().port}`;
    site.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu"],
    });
  });
  after(async () => {
    await site.browser?.close();
    server?.closeAllConnections();
    server?.close();
    await site.collector?.close();
  });
  return site;
}

const serve = (script, { collector }) =>
  async function (request, response) {
    if (request.url === "/page.js")
      return response.setHeader("content-type", "text/javascript").end(script);
    if (request.method === "GET")
      return response
        .setHeader("content-type", "text/html")
        .end('<script type="module" src="/page.js"></script>');
    const parts = [];
    for await (const part of request) parts.push(part);
    const { authorization } = request.headers;
    const answer = await fetch(new URL(request.url, collector.url), {
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/x-protobuf",
        ...(authorization && { authorization }),
      },
      body: Buffer.concat(parts),
    });
    response.statusCode = answer.status;
    const location = answer.headers.get("location");
    if (location !== null) response.setHeader("location", location);
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
