// A server within the program, for tests that look at the bytes of requests: the option `fetch` of initialize.

import { decodeRequest } from "./decode.mjs";

export function keepBodies() {
  const bodies = [];
  return {
    bodies,
    async fetch(request) {
      bodies.push(new Uint8Array(await request.arrayBuffer()));
      return new Response(null, { status: 200 });
    },
    /** Returns the spans of all requests. */
    get spans() {
      return bodies.flatMap(decodeRequest);
    },
    /** Returns all bytes as text with one character for each. */
    get text() {
      return Buffer.concat(bodies).toString("latin1");
    },
    clear() {
      bodies.length = 0;
    },
  };
}
