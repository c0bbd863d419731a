// Shows the answer as it arrives, with its citations as links to their pages.

import { h } from "./dom.js";

export function answerView(entry) {
  if (!entry) return [];
  const { question, text, step, sources, error, streaming, tookMs } = entry;
  return [
    h("p", { class: "asked" }, question),
    error ? h("p", { class: "failure", role: "alert" }, error) : null,
    h(
      "div",
      { class: "text", "data-streaming": streaming },
      paragraphs(text, sources),
    ),
    streaming
      ? h("p", { class: "step" }, step ?? "Starting")
      : h(
          "p",
          { class: "step" },
          tookMs ? `Answered in ${(tookMs / 1000).toFixed(2)} s.` : "",
        ),
  ].filter(Boolean);
}

// Each part of a question has its own passages, numbered from one.
function paragraphs(text, sources) {
  return text.split("\n\n").map((part, at) =>
    h(
      "p",
      {},
      part
        .split(/(\s*\[\d+\])/)
        .map((piece) => cite(piece, sources[at]) ?? piece),
    ),
  );
}

function cite(piece, list) {
  const number = /^\s*\[(\d+)\]$/.exec(piece)?.[1];
  const source = list?.find((s) => String(s.number) === number);
  return (
    source &&
    h(
      "a",
      { class: "cite", href: source.url, title: source.title },
      source.title,
    )
  );
}
