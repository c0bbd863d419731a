export function duration(ms) {
  if (ms < 1) return "<1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

export function size(bytes) {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}

// A call costs fractions of a cent, so an amount has three significant figures.
export const dollars = (amount) =>
  `$${amount.toLocaleString("en", { maximumSignificantDigits: 3, maximumFractionDigits: 12 })}`;

export function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export const sum = (counts) =>
  Object.values(counts ?? {}).reduce((total, n) => total + n, 0);
