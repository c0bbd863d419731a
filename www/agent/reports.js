// Flush reports outlive the request they belong to, so that the page can ask
// for them after its answer has ended. Bounded, as everything an isolate keeps.

const LIMIT = 64;
const reports = new Map();

export function keepReport(traceId, report) {
  reports.set(traceId, report);
  if (reports.size > LIMIT) reports.delete(reports.keys().next().value);
}

export function reportOf(traceId) {
  return reports.get(traceId) ?? null;
}
