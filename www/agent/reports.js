// Keeps flush reports after their request has ended, so that the page can ask
// for them. Their number is bounded.

const LIMIT = 64;
const reports = new Map();

export function keepReport(traceId, report) {
  reports.set(traceId, report);
  if (reports.size > LIMIT) reports.delete(reports.keys().next().value);
}

export function reportOf(traceId) {
  return reports.get(traceId) ?? null;
}
