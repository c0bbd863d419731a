// A Worker and the Tail Worker that is attached to it, in one workerd.

import { Miniflare } from "miniflare";
import {
  bundle,
  COMPATIBILITY_DATE,
  quietly,
} from "../package/support/workerd.mjs";

const bundles = new Map();

/** The two ways in which workerd calls a Tail Worker, by miniflare's names. */
export const KINDS = ["tails", "streamingTails"];

/**
 * Starts both. `kind` is one of KINDS, `source` the file of the Worker; `producer` are its bindings, and `tail` those of
 * the Tail Worker.
 */
export async function startPair(
  t,
  {
    kind = "tails",
    flags = ["nodejs_compat"],
    producer = {},
    tail = {},
    source = "producer.js",
  },
) {
  const output = [];
  const miniflare = new Miniflare({
    ...quietly(output),
    workers: [
      {
        ...(await worker(source, [...flags, "streaming_tail_worker"])),
        name: "producer",
        // A binding must not be undefined.
        bindings: JSON.parse(JSON.stringify(producer)),
        [kind]: ["tail-worker"],
      },
      {
        ...(await worker("tail-worker.js", ["nodejs_compat"])),
        name: "tail-worker",
        bindings: JSON.parse(JSON.stringify(tail)),
      },
    ],
  });
  let stopped;
  const stop = () => (stopped ??= miniflare.dispose());
  t.after(stop);
  const url = await miniflare.ready.catch((error) => {
    throw new Error(output.join(""), { cause: error });
  });
  const askTail = async () => {
    const fetcher = await miniflare.getWorker("tail-worker");
    return (await fetcher.fetch("http://tail/")).json();
  };
  return {
    url,
    output,
    stop,
    /** Returns the sums of the Tail Worker's reports, and its ledger. */
    askTail,
    /** Resolves to the same once `condition(answer)` holds. */
    async untilTail(condition, ms = 20_000) {
      const gaveUpAt = Date.now() + ms;
      for (;;) {
        const answer = await askTail();
        if (condition(answer)) return answer;
        if (Date.now() > gaveUpAt)
          throw new Error(`the Tail Worker: ${JSON.stringify(answer)}`);
        await new Promise((done) => setTimeout(done, 50));
      }
    },
    call: async (path, init) => {
      const response = await fetch(new URL(path, url), init);
      return { status: response.status, text: await response.text() };
    },
  };
}

async function worker(source, flags) {
  if (!bundles.has(source)) bundles.set(source, bundle(`../../tail/${source}`));
  return {
    modules: await bundles.get(source),
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: flags,
  };
}
