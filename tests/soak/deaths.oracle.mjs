// What must be true of a run with killed isolates: each span arrived once, or was counted as lost, or was in an
// isolate that was killed.

import { SPANS } from "./deaths.mjs";

/** Returns the violations, and figures of each generation. */
export function judge({ generations, requests, lost }) {
  const problems = [];
  const arrivals = arrivalsOf(requests);
  for (const [id, { name, times }] of arrivals.ids)
    if (times > 1) problems.push(`${name} (${id}) arrived ${times} times`);
  const figures = generations.map((generation) => {
    const { number, samples } = generation;
    const say = (problem) => problems.push(`generation ${number}: ${problem}`);
    for (const { producer, tail } of samples) {
      balance("the Worker", producer, say);
      balance("the Tail Worker", tail, say);
    }
    return judgeGeneration(generation, arrivals, lost, say);
  });
  return { problems, figures };
}

/** Counts how often each span was kept, by id and by the plan's name. */
function arrivalsOf(requests) {
  const ids = new Map();
  const names = new Map();
  for (const { accepted } of requests)
    for (const span of accepted) {
      const name =
        span.parentSpanId === "" ? span.attributes["url.path"] : span.name;
      const known = ids.get(span.spanId) ?? { name, times: 0, span };
      known.times++;
      ids.set(span.spanId, known);
      if (known.times === 1) names.set(name, (names.get(name) ?? 0) + 1);
    }
  return { ids, names };
}

function judgeGeneration(
  { number, death, transport, paths, samples },
  arrivals,
  spillLost,
  say,
) {
  const { names, ids } = arrivals;
  const roots = paths.map((path) => path.split("?")[0]);
  const children = roots.flatMap((path) => {
    const [, , generation, request] = path.split("/");
    return Array.from(
      { length: SPANS },
      (_, i) => `${generation} ${request} s${i}`,
    );
  });
  const count = (all) => all.filter((name) => names.has(name)).length;
  for (const name of [...roots, ...children])
    if (names.get(name) > 1) say(`${name} became ${names.get(name)} spans`);
  const arrived = count(roots) + count(children);
  const { producer, tail } = samples.at(-1) ?? {};
  const made = [...ids.values()].filter(
    ({ name, span }) =>
      roots.includes(name) && "cloudflare.outcome" in span.attributes,
  ).length;
  const figures = {
    number,
    death,
    transport,
    ended: roots.length + children.length,
    arrived,
    rootsByTail: made,
    producer,
    tail,
  };
  if (producer === undefined) {
    say("no sample of its ledgers");
    return figures;
  }
  // Spans that the ledgers had counted as exported by then must have been kept.
  const stored = Math.max(0, producer.spilled - spillLost);
  const promised = producer.exported + stored + tail.exported;
  if (arrived < promised)
    say(`${promised} exported or stored, ${arrived} arrived`);
  if (death !== undefined) return figures;
  // No isolate was killed, so the missing spans must be those that were counted as lost.
  const lost = (stats) =>
    stats.rejected + Object.values(stats.dropped).reduce((a, b) => a + b, 0);
  const missing = roots.length + children.length - arrived;
  const counted = lost(producer) + lost(tail);
  if (missing > counted) say(`${missing} missing, ${counted} counted`);
  return figures;
}

function balance(who, stats, say) {
  const dropped = Object.values(stats.dropped).reduce((a, b) => a + b, 0);
  const { buffered, inFlight, spilled, handed, exported, rejected } = stats;
  const sum =
    buffered + inFlight + spilled + handed + exported + rejected + dropped;
  if (stats.recorded !== sum)
    say(`${who}: unbalanced: ${JSON.stringify(stats)}`);
}
