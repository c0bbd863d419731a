// The questions asked so far and what became of their spans.

import { h } from "./dom.js";

const STATES = {
  answering: "answering",
  flushing: "flushing",
  arrived: "arrived",
  kept: "not delivered yet",
  lost: "not delivered",
};

// Returns an entry for a trace, so that the page can show it again after a reload.
export function entryOf(trace) {
  const root = trace.spans.find((span) => !span.parentSpanId);
  const input = parsed(root?.attributes["lmnr.span.input"]);
  const output = parsed(root?.attributes["lmnr.span.output"]);
  return {
    traceId: trace.traceId,
    question: input?.question ?? root?.name ?? trace.traceId.slice(0, 8),
    text: typeof output === "string" ? output : "",
    sources: [],
    streaming: false,
    trace,
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function stateOf({ traceId, streaming, flush, trace, gone }) {
  if (streaming) return "answering";
  if (!traceId) return "lost";
  if (trace) return "arrived";
  if (!flush || flush.waiting) return "flushing";
  return flush.report?.pending && !gone ? "kept" : "lost";
}

export function historyView(entries, chosen, choose) {
  return entries.map((entry, at) => {
    const state = stateOf(entry);
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          // Counted from the oldest, so that it stays the same entry's.
          id: `asked-${entries.length - at}`,
          "data-state": state,
          "aria-current": entry === chosen ? "true" : undefined,
          onclick: () => choose(entry),
        },
        h("span", { class: "question" }, entry.question),
        h("span", { class: "state" }, STATES[state]),
      ),
    );
  });
}
