// The fault collector, as the tests of the package use it.

import { createServer } from "node:http";
import { startFaultCollector } from "../../faults/collector.mjs";
import { assertStoredAsSent } from "./stored.mjs";

/**
 * When its test is over, every span that came must be stored below the parent that it was sent with.
 *
 * `behave` takes what to answer, or a function of the request that says so:
 * `{ status, body, headers, gate, hang, reset }`. `gate` is a promise to wait for.
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
    /** Every span that came and was not turned away. */
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
    /** Resolves when `condition` holds; looks whenever something happens. */
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

/** A URL where nobody listens, another each time. A port that was free a moment ago may be taken now. */
export function deadUrl() {
  return `http://127.0.0.1:2/dead-${dead++}`;
}

/** A promise and what resolves it. */
export function gate() {
  let open;
  const promise = new Promise((resolve) => (open = resolve));
  return { promise, open };
}

/** Answers nobody until `count` callers are there: they then go on together. */
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
