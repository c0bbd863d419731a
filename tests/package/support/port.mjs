// A port for a server that is started by its number.

import { createServer } from "node:net";

/** Resolves to a port of 127.0.0.1 that is free now. */
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
