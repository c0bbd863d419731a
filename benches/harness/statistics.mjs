export function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function summary(list) {
  return {
    median: median(list),
    min: Math.min(...list),
    max: Math.max(...list),
  };
}

/** Compares `ours` to `theirs`, round by round, because a disturbance of a round affects both. */
export function ratio(ours, theirs) {
  return summary(ours.map((value, round) => value / theirs[round]));
}
