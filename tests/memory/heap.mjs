// Reads an isolate's heap from V8, over miniflare's inspector.

import { fetch } from "miniflare";

/**
 * Returns a function that reads the bytes that JavaScript uses. It keeps one connection, because workerd may
 * lose a second one.
 */
export async function heapReader(miniflare) {
  const { host } = await miniflare.getInspectorURL();
  const { webSocket } = await fetch(`http://${host}/core:user:`, {
    headers: { upgrade: "websocket" },
  });
  webSocket.accept();
  const asked = new Map();
  webSocket.addEventListener("message", ({ data }) => {
    const { id, result } = JSON.parse(data);
    asked.get(id)?.(result.usedSize);
    asked.delete(id);
  });
  let id = 0;
  return () =>
    new Promise((resolve, reject) => {
      setTimeout(reject, 10_000, new Error("V8 did not answer")).unref();
      asked.set(++id, resolve);
      webSocket.send(JSON.stringify({ id, method: "Runtime.getHeapUsage" }));
    });
}
