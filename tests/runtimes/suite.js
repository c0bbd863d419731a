// What every runtime must be able to do, as plain JavaScript without a test framework or an import: it runs
// inside the runtime and gets the library. The collector's spans are checked in judge.mjs.

/**
 * `options` is `{ key, collectorUrl, deadUrl }`; `collectorUrl/busy` answers 503 at first. The result is
 * a list of `{ name, ok, error?, said? }`, one for each step.
 */
export async function run(lib, options) {
  const results = [];
  const state = { ...options, before: lib.Laminar.stats() };
  for (const [name, step] of Object.entries(STEPS)) {
    try {
      const said = await step(lib, state);
      results.push({ name, ok: true, said });
    } catch (error) {
      results.push({ name, ok: false, error: `${error?.stack ?? error}` });
    }
  }
  return results;
}

/** Runs the suite in the runtime called `who`, and sends the results to `url`, where a runner waits. */
export async function runAndPost(lib, { url, ...options }, who) {
  const results = await run(lib, { ...options, key: `key of ${who}` });
  const resultsUrl = `${url}/results/${encodeURIComponent(who)}`;
  const body = JSON.stringify(results);
  await fetch(resultsUrl, { method: "POST", body });
  return results;
}

// Spans are sent in the step "flush" and later; the steps depend on each other.
const STEPS = {
  initialize({ Laminar }, { key, collectorUrl: baseUrl }) {
    Laminar.initialize({ projectApiKey: key, baseUrl });
    check(Laminar.initialized(), "it is initialised");
  },

  record({ Laminar, LaminarAttributes }) {
    const span = Laminar.startSpan({ name: "record", input: { asked: "é𝄞" } });
    span.setAttribute(LaminarAttributes.INPUT_TOKEN_COUNT, 7);
    span.setOutput(["answered"]);
    span.end();
  },

  observe({ observe }) {
    const sum = observe({ name: "observe" }, (a, b) => a + b, 1, 2);
    check(sum === 3, "a result passes through");
    const error = new Error("its own");
    check(thrownBy(() => observe({ name: "fails" }, fail, error)) === error);
  },

  nest({ observe }) {
    observe({ name: "nest" }, () => observe({ name: "nested" }, () => 1));
  },

  async "nest after an await"({ observe }) {
    const flow = (who) =>
      observe({ name: `flow ${who}` }, async () => {
        await pause();
        observe({ name: `step ${who}` }, () => who);
        await pause();
      });
    await Promise.all(["a", "b"].map(flow));
  },

  async "name the parent"({ Laminar, observe }) {
    const parent = Laminar.startSpan({ name: "parent" });
    await pause();
    observe({ name: "child", parent }, () => 1);
    parent.end();
  },

  async stream({ observe }) {
    const stream = observe({ name: "stream" }, () => streamOf(["one ", "two"]));
    const response = new Response(stream);
    check((await response.text()) === "one two", "a stream passes through");
  },

  async flush({ Laminar }, { before }) {
    const report = await Laminar.flush();
    // Where a stream ended after an earlier flush of its request, its own flush carries some of these.
    const { recorded, exported } = Laminar.stats();
    const exportedHere = exported - before.exported;
    check(recorded - before.recorded === 12, { recorded, before });
    check(report.ok && exportedHere === 12, { report, exportedHere });
    return report;
  },

  async "a server that is busy at first"({ Laminar, observe }, options) {
    const { key: projectApiKey, collectorUrl } = options;
    Laminar.initialize({ projectApiKey, baseUrl: `${collectorUrl}/busy` });
    observe({ name: "after 503" }, () => 1);
    let report = await Laminar.flush();
    if (!report.ok) {
      check(report.pending === 1, report);
      report = await Laminar.flush();
    }
    check(report.ok && report.exported === 1, report);
    return report;
  },

  async "nobody there"({ Laminar, observe }, { key, deadUrl: baseUrl }) {
    const traceExportTimeoutMillis = 500;
    const options = { projectApiKey: key, baseUrl, traceExportTimeoutMillis };
    Laminar.initialize(options);
    observe({ name: "never arrives" }, () => 1);
    const report = await Laminar.flush();
    check(!report.ok && report.pending === 1 && report.error, report);
    return report;
  },

  async shutdown({ Laminar }) {
    const report = await Laminar.shutdown();
    check(report.dropped.shutdown === 1 && report.pending === 0, report);
    check(!Laminar.initialized(), "it is shut down");
  },

  async "and again"({ Laminar, observe }, { key, collectorUrl: baseUrl }) {
    Laminar.initialize({ projectApiKey: key, baseUrl });
    observe({ name: "again" }, () => 1);
    const report = await Laminar.flush();
    check(report.ok && report.exported === 1, report);
  },

  balance({ Laminar }) {
    const stats = Laminar.stats();
    const { buffered, inFlight, spilled, handed, exported, rejected } = stats;
    const dropped = Object.values(stats.dropped).reduce((a, b) => a + b, 0);
    const sum =
      buffered + inFlight + spilled + handed + exported + rejected + dropped;
    check(stats.recorded === sum && buffered + inFlight === 0, stats);
    return stats;
  },
};

function check(condition, said = "as expected") {
  if (!condition) throw new Error(`not so: ${JSON.stringify(said)}`);
}

function fail(error) {
  throw error;
}

function thrownBy(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
}

function pause() {
  return new Promise((done) => setTimeout(done, 5));
}

function streamOf(texts) {
  const left = texts.map((text) => new TextEncoder().encode(text));
  return new ReadableStream({
    pull(controller) {
      if (left.length === 0) controller.close();
      else controller.enqueue(left.shift());
    },
  });
}
