// Serves the page, and passes its spans on with the key that the page must not have.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { build } from "esbuild";

const LAMINAR = process.env.LMNR_BASE_URL ?? "https://api.lmnr.ai";
const KEY = process.env.LMNR_PROJECT_API_KEY;
// This is the strictest policy that allows WebAssembly to compile.
const POLICY = {
  "content-security-policy":
    "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
};
// This is more than the package sends in one request.
const MOST_BYTES = 5 * 1024 * 1024;

const { outputFiles } = await build({
  entryPoints: [new URL("page.js", import.meta.url).pathname],
  bundle: true,
  minify: true,
  format: "esm",
  write: false,
});
const files = {
  "/": ["text/html", await readFile(new URL("index.html", import.meta.url))],
  "/page.js": ["text/javascript", outputFiles[0].contents],
};

const server = createServer(async (request, response) => {
  if (request.method === "POST" && request.url === "/v1/traces")
    return passOn(request, response).catch(() => response.writeHead(502).end());
  const [type, body] = files[request.url] ?? [];
  if (body === undefined) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": type, ...POLICY }).end(body);
});
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () =>
  console.log(`Listening on http://127.0.0.1:${server.address().port}`),
);

// Everybody can post here. In production, check a session first, and limit the rate.
async function passOn(request, response) {
  // Only pages of this server can send this type; a form of another site cannot.
  if (request.headers["content-type"] !== "application/x-protobuf")
    return response.writeHead(415).end();
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return response.writeHead(413).end();
    chunks.push(chunk);
  }
  const answer = await fetch(`${LAMINAR}/v1/traces`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${KEY}`,
      "content-type": "application/x-protobuf",
    },
    body: Buffer.concat(chunks),
  });
  const { status, headers } = answer;
  // The package reads this header to know when to retry.
  const later = headers.get("retry-after");
  response.writeHead(status, later ? { "retry-after": later } : {});
  response.end(Buffer.from(await answer.arrayBuffer()));
}
