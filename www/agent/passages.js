// Tokens of a model cost money, so it gets the paragraphs that match the question,
// not whole pages.

import { words } from "../words.js";

const MOST = 6;

export function choosePassages(question, pages) {
  const asked = new Set(words(question));
  return pages
    .flatMap(({ title, url, paragraphs }) =>
      paragraphs.map((text) => ({ title, url, text, hits: shared(text) })),
    )
    .filter((passage) => passage.hits > 0)
    .sort((a, b) => b.hits - a.hits)
    .slice(0, MOST)
    .map(({ title, url, text }, at) => ({ number: at + 1, title, url, text }));

  function shared(text) {
    return new Set(words(text).filter((word) => asked.has(word))).size;
  }
}
