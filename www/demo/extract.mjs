// Takes the place of a language model: it answers by choosing sentences from the
// passages that it gets, and says so if they hold no answer.

import { sentences, words } from "../words.js";

export const NOTHING = "The pages I read do not say.";

// The form of a usual answer to such a question.
const SHAPES = [
  [/\bwhy\b|\bwhat (makes|causes)\b/i, /\b(because|caused|comes? from|so )/i],
  [/\bwhen\b|\bwhat year\b/i, /\b(1[5-9]|20)\d\d\b/],
  [/\bwho\b/i, /\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+|Galileo|Astronomers|people/u],
  [/\bhow (long|old)\b/i, /\d[^.]*\b(minutes|hours|days|years)/i],
  [/\bhow (far|wide|big|high|tall)\b/i, /\d[^.]*\b(kilometres|times)/i],
  [/\bhow (hot|cold)\b/i, /\d[^.]*\bdegrees/i],
  [/\bhow (fast)\b/i, /\d[^.]*\bper\b/i],
  [/\bmost\b/i, /\b(more|most)\b[^.]*\b(than any|of all)/i],
  [/\bwhat\b.*\bmade of\b/i, /\bmade\b|\b(is|are) (a |rock|ice)/i],
];

function shapeOf(question) {
  // "How many moons" asks for a number next to "moons", not for any number.
  const counted = /\bhow many (\w+)/i.exec(question)?.[1];
  if (counted)
    return new RegExp(
      `\\b(no|one|two|three|four|five|twelve|\\d+)( \\w+){0,2} ${counted}|${counted}[^.]*: \\d`,
      "i",
    );
  return SHAPES.find(([when]) => when.test(question))?.[1];
}

// "The largest moon" needs both words next to each other.
function phraseOf(question) {
  const superlative = /\b(the )?(\w+est \w+)/i.exec(question)?.[2];
  return superlative && new RegExp(`\\bthe ${superlative}\\b`, "i");
}

// The order of the messages is the agent's: the question first, then one
// numbered passage per line.
export function parsePrompt(messages) {
  const text = messages.findLast((m) => m.role === "user")?.content ?? "";
  const question = /^Question: (.*)$/m.exec(text)?.[1] ?? text;
  const passages = [...text.matchAll(/^\[(\d+)\] (.*?): (.*)$/gm)];
  return {
    question,
    passages: passages.map(([, number, title, body]) => ({
      number,
      title,
      body,
    })),
  };
}

export function extract({ question, passages }) {
  const candidates = passages.flatMap(({ number, title, body }) =>
    sentences(body).map((sentence) => ({ number, title, sentence })),
  );
  const weight = rarity(candidates.map((c) => words(c.sentence)));
  const asked = [...new Set(words(question))];
  const total = asked.reduce((sum, word) => sum + weight(word), 0);
  const shape = shapeOf(question);
  const phrase = phraseOf(question);

  const scored = candidates.map((candidate, order) => {
    const own = new Set(words(candidate.sentence));
    const near = new Set(words(candidate.title));
    const covered = asked.reduce((sum, word) => {
      if (own.has(word)) return sum + weight(word);
      return near.has(word) ? sum + weight(word) * 0.6 : sum;
    }, 0);
    const fits = shape?.test(candidate.sentence) ? 0.4 : 0;
    const together = phrase?.test(candidate.sentence) ? 0.2 : 0;
    const score = total ? covered / total : 0;
    return { ...candidate, order, score: score && score + fits + together };
  });

  const best = Math.max(0, ...scored.map((s) => s.score));
  if (best < 0.45) return NOTHING;
  return scored
    .filter((s) => s.score >= best * 0.85)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .slice(0, 2)
    .map((s) => `${s.sentence} [${s.number}]`)
    .join(" ");
}

function rarity(lists) {
  const seen = new Map();
  for (const list of lists)
    for (const word of new Set(list)) seen.set(word, (seen.get(word) ?? 0) + 1);
  return (word) => Math.log(1 + lists.length / (seen.get(word) ?? 0.5));
}
