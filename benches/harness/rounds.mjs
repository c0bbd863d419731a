// A B C A B C ...: every contender once a round, so that all of them meet the same machine.

import { ratio, summary } from "./statistics.mjs";

/**
 * `sample(name, contender)` measures once. Gives figures by contender, and by contender how the first
 * one compares with it.
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
