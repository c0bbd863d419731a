// Measures A B C A B C ...: every contender once in each round, so that all have the same conditions.

import { ratio, summary } from "./statistics.mjs";

/**
 * `sample(name, contender)` measures once. Returns figures by contender, and how the first one compares with
 * each.
 */
export async function rounds(contenders, { count, warmUp = 0 }, sample) {
  const samples = {};
  for (let round = -warmUp; round < count; round++) {
    for (const [name, contender] of Object.entries(contenders)) {
      const figure = await sample(contender, name);
      if (round >= 0) (samples[name] ??= []).push(figure);
    }
  }
  return inFigures(samples);
}

export function inFigures(samples) {
  const [first] = Object.values(samples);
  const figures = {};
  for (const [name, list] of Object.entries(samples))
    figures[name] = { ...summary(list), ratio: ratio(first, list) };
  return figures;
}
