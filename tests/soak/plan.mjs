// Plans one run, drawn from the seed.

import fc from "fast-check";

const REQUESTS = 100;
export const SPANS = 50;

const weighted = (table) =>
  fc.oneof(
    ...Object.entries(table).map(([name, weight]) => ({
      weight,
      arbitrary: fc.constant(name),
    })),
  );

const fault = weighted({
  ok: 24,
  429: 1,
  502: 1,
  503: 2,
  504: 1,
  "retry-after:0": 1,
  "retry-after:1": 1,
  "retry-at:1": 1,
  400: 1,
  404: 1,
  413: 1,
  408: 1,
  500: 1,
  501: 1,
  "accept-then-408": 1,
  "accept-then-500": 1,
  hang: 2,
  "accept-then-hang": 2,
  "reset-before-body": 2,
  "reset-after-body": 2,
  "accept-then-reset-after-body": 1,
  "slow-headers:200": 2,
  "slow-headers:1200": 1,
  "slow-body:200": 1,
  "endless-body": 1,
  truncated: 1,
  garbage: 1,
  "flood:1000000": 1,
  "partial:3": 1,
  "partial-json:3": 1,
});

const request = fc.record({
  startMs: fc.nat(1_200),
  pauseMs: fc.nat(30),
  // A killed request awaits its flush, but its client leaves.
  kind: weighted({ later: 4, awaited: 3, killed: 3, unwaited: 1, never: 2 }),
  killedAfterMs: fc.nat(900),
  unwelcome: fc.nat(24).map((n) => n === 0),
});

const plan = fc.record({
  redelivery: fc.constantFrom("at-least-once", "at-most-once"),
  // One option for the isolate, because another request's setting applies to all.
  budgetMs: fc.integer({ min: 300, max: 1_000 }),
  maxExportBatchSize: fc.constantFrom(20, 50, 130, 512),
  mode: fc.constantFrom("nodejs_compat", "nodejs_als", "no flag"),
  restarts: fc.nat(2),
  // The answers of a separate destination, which accepts no request.
  unwelcome: fc.constantFrom(401, 403),
  requests: fc.array(request, { minLength: REQUESTS, maxLength: REQUESTS }),
  faults: fc.array(fault, { minLength: 600, maxLength: 600 }),
});

export function draw(seed) {
  const [drawn] = fc.sample(fc.noBias(plan), { seed, numRuns: 1 });
  return { seed, ...drawn };
}
