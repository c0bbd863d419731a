// A session whose requests a test answers itself, as the option `fetch`.

import { Laminar } from "laminar-edge";
import { decodeRequest } from "./decode.mjs";
import { assertBalanced, difference } from "./ledger.mjs";

let sessions = 0;

/** `answer(n, request)` answers the n-th request, from 0, with what it returns or throws. */
export function answering(t, answer, options = {}) {
  const requests = [];
  const url = `http://session-${sessions++}.example`;
  t.after(() => Laminar.shutdown());
  const initialize = (more = {}) =>
    Laminar.initialize({
      projectApiKey: "key",
      baseUrl: url,
      scheduledDelayMillis: 60_000,
      ...options,
      fetch(request) {
        requests.push(request);
        return answer(requests.length - 1, request);
      },
      ...more,
    });
  const before = Laminar.stats();
  initialize();
  return {
    requests,
    initialize,
    record(...names) {
      for (const name of names) Laminar.startSpan({ name }).end();
    },
    change() {
      const stats = Laminar.stats();
      assertBalanced(stats);
      return difference(before, stats);
    },
    /** Returns the names of the spans in a request, oldest first. */
    async names(n) {
      const spans = decodeRequest(
        new Uint8Array(await requests[n].arrayBuffer()),
      );
      return spans.map(({ name }) => name).sort();
    },
  };
}

export const never = () => new Promise(() => {});

export const respond = (status, body = null, headers = {}) =>
  new Response(body, { status, headers });
