// A page that uses the raw module: spans are recorded through the staging memory, whose layout is in
// src/js/staging.rs, and sent by flush().

import init, * as core from "/laminar_edge.js";

const { memory } = await init();
core.configure({ maxExportBatchSize: 512, runtime: "raw" });

/** Ends a span that has only a name. */
function record(destination, name) {
  const [wordsAt, , floatsAt, , textAt] = new Uint32Array(
    memory.buffer,
    core.staging(),
    6,
  );
  const { written } = new TextEncoder().encodeInto(
    name,
    new Uint8Array(memory.buffer, textAt, 3 * name.length),
  );
  const ids = crypto.getRandomValues(new Uint32Array(6));
  // No parent; start and end in nanoseconds; the kind; the name's length, and no status.
  const words = [...ids, 0, 0, 0, 0, 1, name.length, 0];
  // No attributes, no events, and none of a span's other parts.
  words.push(...new Array(8).fill(0));
  new Uint32Array(memory.buffer, wordsAt, words.length).set(words);
  const now = Date.now();
  new Float64Array(memory.buffer, floatsAt, 2).set([now, now + 1]);
  return core.end_span(destination, words.length, 2, written, name.length);
}

/** What a flush needs of JavaScript, as a plain object. */
const transportFor = (url, fetch) => ({
  controller: undefined,
  target: () => ({
    url,
    headers: new Headers({ authorization: "Bearer raw" }),
    gzip: false,
  }),
  fetch: (_destination, request) => fetch(request),
  read: async (response) => new Uint8Array(await response.arrayBuffer()),
  gzip: async () => undefined,
  reserveKeepalive: () => false,
  settled() {},
});

globalThis.raw = {
  async recordAndFlush(names, { budgetMs = 5_000, hangs = false } = {}) {
    const destination = core.destination(1);
    for (const name of names)
      if (record(destination, name) !== 0) throw new Error("not taken");
    const url = new URL("/v1/traces", location.href).href;
    const send = hangs ? () => new Promise(() => {}) : fetch.bind(globalThis);
    const options = {
      horizon: core.horizon(true) >>> 0,
      budgetMs,
      timers: true,
      exports: 1,
      maxBytes: Infinity,
    };
    const report = await core.flush(options, transportFor(url, send));
    return { report, stats: core.stats() };
  },
};
