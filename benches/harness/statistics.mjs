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

/** How `ours` compares to `theirs`, round by round: what disturbs a round disturbs both. */
export function ratio(ours, theirs) {
  return summary(ours.map((value, round) => value / theirs[round]));
}
