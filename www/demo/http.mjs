// Helpers for all small servers of the demo.

import { createServer } from "node:http";

export const LOOPBACK = "127.0.0.1";

export class TooLarge extends Error {}

// Tries the port, then (when `spread` allows it) the ones after it. Port 0
// lets the system choose.
export async function listen(server, port, spread = 0) {
  for (let next = port; ; next++) {
    try {
      await new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(next, LOOPBACK, () => {
          server.off("error", reject);
          resolve();
        });
      });
      return server.address().port;
    } catch (error) {
      if (error.code !== "EADDRINUSE" || next >= port + spread) throw error;
    }
  }
}

// Otherwise kept-alive connections would still be served after a close.
export function close(server) {
  return new Promise((resolve) => {
    if (!server.listening) return resolve();
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export function serve(handler) {
  return createServer((request, response) => {
    Promise.resolve(handler(request, response)).catch((error) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: String(error?.message ?? error) });
    });
  });
}

export function sendJson(response, status, value, headers = {}) {
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    ...headers,
  });
  response.end(JSON.stringify(value));
}

export async function readBody(request, limit) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > limit) throw new TooLarge(`the body exceeds ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
