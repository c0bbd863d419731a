// The flush report in a sentence, then field by field.

import { h } from "./dom.js";
import { duration, plural, size, sum } from "./format.js";

export function reportView(state) {
  if (!state)
    return h("p", { class: "muted" }, "Nothing has been flushed yet.");
  if (state.problem)
    return h("p", { class: "problem", role: "alert" }, state.problem);
  if (state.waiting)
    return h(
      "p",
      { class: "muted" },
      "Flushing. The answer has already ended.",
    );
  const { report } = state;
  const { error } = report;
  const took = state.endedAt - state.startedAt;
  return h(
    "div",
    { class: "report", "data-ok": report.ok },
    h("p", { class: "verdict" }, verdict(report)),
    error
      ? h(
          "p",
          { class: "problem" },
          error.status ? h("strong", {}, `${error.status} `) : null,
          h("span", {}, error.message),
          h("code", {}, error.code),
        )
      : null,
    h("dl", {}, fields(report, took)),
  );
}

function verdict({ ok, exported, pending, rejected, dropped, attempts }) {
  if (ok && exported === 0) return "Nothing was waiting.";
  const tries = plural(attempts, "request");
  if (ok) return `${plural(exported, "span")} delivered with ${tries}.`;
  const lost = rejected + sum(dropped);
  if (pending)
    return `Not delivered. ${plural(pending, "span")} kept for the next flush.`;
  if (lost) return `${plural(lost, "span")} not delivered.`;
  return "Not delivered.";
}

function fields(
  { exported, rejected, pending, dropped, attempts, bytes },
  took,
) {
  const reasons = Object.entries(dropped).map(([why, n]) => `${n} ${why}`);
  const list = {
    exported,
    rejected,
    pending,
    dropped: reasons.join(", ") || 0,
    attempts,
    bytes: size(bytes),
    took: duration(took),
  };
  return Object.entries(list).map(([key, value]) =>
    h(
      "div",
      { "data-zero": value === 0 },
      h("dt", {}, key),
      h("dd", {}, String(value)),
    ),
  );
}
