// A collector that accepts everything with an empty answer, and notes when requests arrive.

import { createServer } from "node:http";

export async function startSink() {
  let posts = 0;
  let body = Buffer.alloc(0);
  let wanted = Infinity;
  let resolve = () => {};
  const server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      response.end();
      body = Buffer.concat(parts);
      posts++;
      if (posts >= wanted) resolve();
    });
  });
  // Longer than a round takes, so that no contender pays for a new connection.
  server.keepAliveTimeout = 600_000;
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    posts: () => posts,
    /** The last body that arrived. */
    body: () => body,
    /** Resolves once `count` bodies have arrived in all; rejects after ten seconds. */
    async until(count) {
      if (posts >= count) return;
      let timer;
      await new Promise((done, reject) => {
        [wanted, resolve] = [count, done];
        timer = setTimeout(
          () => reject(new Error(`${posts} bodies came, not ${count}`)),
          10_000,
        );
      }).finally(() => {
        clearTimeout(timer);
        [wanted, resolve] = [Infinity, () => {}];
      });
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
