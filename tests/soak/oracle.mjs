// Checks what must be true of a run, span by span. Returns the violations.

/** The drop reasons that a run may have: the caps are high and nothing traps. */
const EXPECTED_LOSSES = new Set(["unconfirmed", "payload_too_large"]);
// A flush must have ended 100 ms after its budget. On a busy machine timers are late, so a flush is compared
// with a plain timer for the same moment that was set just before it: the flush may end a turn of the event
// loop after that timer, or as much later as the timer itself was late.
const SLACK_MS = 250;
/** The limit on any machine. */
const NEVER_LATER_MS = 30_000;

export function judge({ plan, generations, requests, unwelcome }) {
  const problems = [];
  const histories = historiesOf(requests);
  for (const generation of generations) {
    const say = (problem) =>
      problems.push(`generation ${generation.number}: ${problem}`);
    const mine = [...histories.values()].filter(({ name }) =>
      name.startsWith(`g${generation.number} `),
    );
    judgeArrivals(plan, generation, mine, say);
    judgeLedger(generation, say);
    judgeFlushes(generation, say);
  }
  for (const { spans } of requests)
    for (const { name } of spans)
      if (isUnwelcome(generations, name)) problems.push(`${name} went astray`);
  for (const { spans } of unwelcome.requests)
    for (const { name } of spans)
      if (!isUnwelcome(generations, name)) problems.push(`${name} went astray`);
  return problems;
}

function isUnwelcome(generations, name) {
  const [, generation, request] = /^g(\d+) r(\d+) /.exec(name) ?? [];
  return generations[generation]?.requests[request]?.unwelcome;
}

/** The requests that had each span, by its id. */
function historiesOf(requests) {
  const histories = new Map();
  for (const request of requests) {
    const accepted = new Set(request.accepted.map(({ spanId }) => spanId));
    for (const { spanId, name } of request.spans) {
      if (!histories.has(spanId)) histories.set(spanId, { name, sends: [] });
      const history = histories.get(spanId);
      if (history.name !== name)
        history.name = `${history.name} AND ${name}: one id for two spans`;
      const { at, fault, status } = request;
      history.sends.push({ at, fault, status, kept: accepted.has(spanId) });
    }
  }
  return histories;
}

/** A collector that keeps the spans and resets the connection looks like a failed connection to the sender. */
const lies = ({ fault }) => fault === "accept-then-reset-after-body";

function judgeArrivals(plan, generation, histories, say) {
  const { stats, ended, mayRecordMore = 0 } = generation;
  const lost = ended === "restarted" ? stats.buffered + stats.inFlight : 0;
  const tell = (offenders) =>
    offenders
      .slice(0, 3)
      .map(({ name, sends }) => `\n    ${name}: ${JSON.stringify(sends)}`)
      .join("");

  const keptOnce = histories.filter(({ sends }) => sends.some((s) => s.kept));
  const confirmable = keptOnce.filter(({ sends }) =>
    sends.some((send) => send.kept && !lies(send)),
  );
  const twice = histories.filter(
    ({ sends }) => sends.filter((s) => s.kept && !lies(s)).length > 1,
  );
  if (plan.redelivery === "at-most-once" && twice.length > 0)
    say(`${twice.length} spans were accepted twice${tell(twice)}`);
  const again = twice.reduce(
    (sum, { sends }) =>
      sum + sends.filter((s) => s.kept && !lies(s)).length - 1,
    0,
  );
  if (again > stats.redelivered + lost)
    say(`${again} accepted again, ${stats.redelivered} counted${tell(twice)}`);
  const ids = histories.filter(({ name }) => name.includes(" AND "));
  if (ids.length > 0) say(`ids given twice${tell(ids)}`);

  if (stats.exported > keptOnce.length) {
    const missing = histories.filter(({ sends }) => !sends.some((s) => s.kept));
    say(
      `${stats.exported} exported, ${keptOnce.length} arrived${tell(missing)}`,
    );
  }
  const known = stats.exported + stats.unconfirmed + lost + mayRecordMore;
  if (confirmable.length > known) {
    const doubtful = confirmable.filter(({ sends }) => sends.length > 1);
    say(
      `${confirmable.length} arrived, ${known} exported, unconfirmed or lost with their isolate${tell(doubtful)}`,
    );
  }
}

function judgeLedger({ stats, samples, ended, requests, said, worker }, say) {
  for (const sample of [...samples, stats]) {
    const dropped = Object.values(sample.dropped).reduce((a, b) => a + b, 0);
    const { buffered, inFlight, spilled, handed, exported, rejected } = sample;
    const sum =
      buffered + inFlight + spilled + handed + exported + rejected + dropped;
    if (sample.recorded !== sum) say(`unbalanced: ${JSON.stringify(sample)}`);
  }
  const odd = Object.keys(stats.dropped).filter((r) => !EXPECTED_LOSSES.has(r));
  if (odd.length > 0) say(`lost: ${JSON.stringify(stats.dropped)}`);
  if (ended === "drained" && stats.inFlight > 0) say("still in flight");
  if (requests.length > 0 && stats.recorded === 0) say("nothing was recorded");
  const loud = said.filter(([level]) => level === "error");
  const traps = said.filter((words) => words.join(" ").includes("instance"));
  for (const words of [...loud, ...traps]) say(words.join(" "));
  // workerd also prints that a client has left, which is no error of the SDK.
  const uncaught = worker.output.filter((text) =>
    /uncaught|unhandled|RuntimeError|unreachable/i.test(text),
  );
  if (uncaught.length > 0) say(`workerd printed: ${uncaught.join("")}`);
}

function judgeFlushes({ flushes }, say) {
  for (const flush of flushes) {
    if (flush.rejected) say(`a flush rejected: ${flush.rejected}`);
    const { tookMs, budgetMs, timerMs = Infinity } = flush;
    const timerLateMs = timerMs - budgetMs - 100;
    const late = tookMs > timerMs + SLACK_MS + timerLateMs;
    if (late || tookMs > budgetMs + NEVER_LATER_MS)
      say(`a flush took too long: ${JSON.stringify(flush)}`);
  }
}

/** Returns the slowest flush: ms beyond its budget, and beyond the bare timer beside it. */
export function worstOverruns(generations) {
  const flushes = generations.flatMap(({ flushes }) => flushes);
  const worst = (late) => Math.max(0, ...flushes.map(late));
  return {
    budget: worst(({ tookMs, budgetMs }) => tookMs - budgetMs),
    timer: worst(({ tookMs, timerMs = Infinity }) => tookMs - timerMs),
  };
}
