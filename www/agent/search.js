// Finds the pages that share the question's rarer words, through the index
// that is served beside them.

import { words } from "../words.js";

const MOST = 3;
// A page with less than this share of the question's weight does not match.
const COVERED = 0.4;

export async function searchPages(question, env, headers) {
  const url = new URL("index.json", env.PAGES_URL);
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`the index answered ${response.status}`);
  const index = await response.json();
  return rank(index, question).map(({ page, score }) => ({
    path: page.path,
    title: page.title,
    url: new URL(page.path, env.PAGES_URL).href,
    score: Math.round(score * 100) / 100,
  }));
}

export function rank(index, question) {
  const asked = [...new Set(words(question))];
  const weight = (word) => {
    const holders = index.filter((page) => page.words[word]).length;
    return Math.log(1 + index.length / (holders || 0.5));
  };
  const total = asked.reduce((sum, word) => sum + weight(word), 0);

  const scored = index.map((page) => {
    const title = words(`${page.title} ${page.about}`);
    let covered = 0;
    let score = 0;
    for (const word of asked) {
      const times = page.words[word] ?? 0;
      if (times === 0) continue;
      covered += weight(word);
      const named = title.includes(word) ? 2 : 1;
      score += weight(word) * named * (times / (times + 1));
    }
    return { page, score, covered: total ? covered / total : 0 };
  });

  const hits = scored
    .filter((hit) => hit.covered >= COVERED)
    .sort((a, b) => b.score - a.score);
  return hits.filter((hit) => hit.score >= hits[0].score * 0.4).slice(0, MOST);
}
