// The fault collector, as the tests of the package use it.

import { createServer } from "node:http";
import { startFaultCollector } from "../../faults/collector.mjs";
import { assertStoredAsSent } from "./stored.mjs";

/**
 * After its test, every span that arrived must be stored below the parent that it was sent with.
 *
 * `behave` takes the answer, or a function of the request that returns it: `{ status, body, headers, gate,
 * hang, reset }`. `gate` is a promise to wait for.
 */
export async function startCollector(t) {
  const { url, requests, behave, watch, close } = await startFaultCollector();
  const collector = {
    url,
    requests,
    behave,
    close,
    get answered() {
      return requests.filter(({ status }) => status !== undefined).length;
    },
    /** Returns every span that arrived and was not rejected. */
    get spans() {
      return requests
        .filter(({ status }) => status === undefined || status < 300)
        .flatMap(({ spans }) => spans);
    },
    span(name) {
      return collector.spans.find((span) => span.name === name);
    },
    names() {
      return collector.spans.map(({ name }) => name).sort();
    },
    /** Resolves when `condition` holds, which is checked at each event. */
    until(condition, ms = 15_000) {
      return new Promise((resolve, reject) => {
        const look = () => {
          if (!condition()) return;
          forget();
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(() => {
          forget();
          reject(new Error(`the collector waited in vain for ${condition}`));
        }, ms);
        const forget = watch(look);
        look();
      });
    },
  };
  t?.after(async () => {
    await close();
    assertStoredAsSent(collector.spans);
  });
  return collector;
}

let dead = 0;

/** Returns a URL without a server, a new one each time, because a free port may be taken later. */
export function deadUrl() {
  return `http://127.0.0.1:2/dead-${dead++}`;
}

/** Returns a promise and the function that resolves it. */
export function gate() {
  let open;
  const promise = new Promise((resolve) => (open = resolve));
  return { promise, open };
}

/** Returns a function whose promises resolve together, once there are `count` callers. */
export async function startBarrier(t, count) {
  let here = [];
  const server = createServer((_, response) => {
    here.push(response);
    if (here.length < count) return;
    for (const each of here) each.end();
    here = [];
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}
