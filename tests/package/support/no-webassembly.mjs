// Preloaded by suites that run where JavaScript has no WebAssembly. Node's own fetch needs WebAssembly once,
// for its HTTP parser, so fetch is started first. AsyncLocalStorage is put where this entry looks for it.

import { AsyncLocalStorage } from "node:async_hooks";
import { createServer } from "node:http";

const server = createServer((_, response) => response.end());
await new Promise((done) => server.listen(0, "127.0.0.1", done));
await (await fetch(`http://127.0.0.1:${server.address().port}`)).text();
server.closeAllConnections();
server.close();
delete globalThis.WebAssembly;
globalThis.AsyncLocalStorage = AsyncLocalStorage;
