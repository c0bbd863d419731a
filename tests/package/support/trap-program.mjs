// A program that reaches every place. In its middle part it traps at the places in `armed`. It runs in Node and
// in a Worker, any number of times.

const DELIVERY_MS = 15_000;

/** How many spans it ends, how many more if it spills, and how many are too large for a request. */
export const ENDED = 11;
export const SPILLED = 2;
export const TOO_LARGE = 1;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function program(
  { Laminar, observe },
  { options, armed, run, spills, slow, raw },
) {
  const thrown = [];
  const figures = [];
  const reports = [];
  const attempt = (action) => {
    try {
      return action();
    } catch (error) {
      thrown.push(String(error?.stack ?? error));
    }
  };
  const look = () => figures.push(attempt(() => Laminar.stats()));
  const record = (name, attributes = {}) =>
    attempt(() =>
      Laminar.startSpan({ name: `${run} ${name}` })
        .setAttributes(attributes)
        .end(),
    );
  const flush = async (how = "flush") => {
    const began = Date.now();
    try {
      const report = await Laminar[how]();
      reports.push({ how, took: Date.now() - began, ...report });
    } catch (error) {
      thrown.push(`${how}: ${error?.stack ?? error}`);
    }
  };
  const initialize = (more) =>
    attempt(() =>
      Laminar.initialize({
        ...options,
        maxExportBatchSizeBytes: 1 << 17,
        redact: raw ? false : { patterns: [/found/] },
        ...more,
      }),
    );

  look();
  initialize();
  record("first");
  record("too large", { a: "x".repeat(1 << 18) });
  await flush();
  look();

  globalThis.laminarTraps = [...armed];
  initialize({ projectApiKey: `key of ${run}` });
  look();
  record("small", { a: "is to be found" });
  // The string is larger than the staging memory, so it crosses in pieces if it is not redacted.
  record("large", { a: "x".repeat(40_000) });
  // What is cut is redacted before.
  record("cut", { "lmnr.span.input": "x".repeat(1 << 17) });
  record(
    "wide",
    Object.fromEntries(Array.from({ length: 1_500 }, (_, i) => [`${i}`, i])),
  );
  look();
  const together = [flush()];
  record("beside");
  together.push(flush());
  // This flush has no spans of its own, so it only waits for the others.
  together.push(flush());
  look();
  await Promise.all(together);
  look();

  if (spills) await spillAndDrain();
  record("later");
  await flush();
  attempt(() => observe({ name: `${run} last` }, () => 1));
  await flush("shutdown");
  look();
  const left = globalThis.laminarTraps;
  globalThis.laminarTraps = undefined;

  initialize();
  record("again");
  const gaveUpAt = Date.now() + DELIVERY_MS;
  for (;;) {
    await flush();
    look();
    const { buffered, inFlight } = figures.at(-1);
    if (buffered + inFlight === 0 || Date.now() > gaveUpAt) break;
    await pause(20);
  }
  record("at last");
  await flush();
  look();
  return { thrown, figures, reports, left };

  /** The answers to this key: first a `Retry-After` beyond the budget, and then 413. */
  async function spillAndDrain() {
    const stored = new Set();
    const spill = {
      async put(bytes) {
        if (slow) await pause(350);
        stored.add(bytes);
      },
      async drain(send) {
        for (const bytes of [...stored])
          if (await send(bytes)) stored.delete(bytes);
      },
    };
    initialize({
      projectApiKey: `${slow ? "slow" : "quick"} store of ${run}`,
      traceExportTimeoutMillis: slow ? 3_000 : 900,
      spill,
    });
    record("spilled");
    record("spilled too");
    await flush();
    look();
    const gaveUpAt = Date.now() + DELIVERY_MS;
    do {
      await pause(slow ? 3_100 : 1_100);
      const report = await Laminar.drainSpill(spill);
      reports.push({ how: "drainSpill", took: 0, ...report });
      look();
    } while (stored.size > 0 && Date.now() < gaveUpAt);
    initialize({ projectApiKey: `key of ${run}` });
  }
}
