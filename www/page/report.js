// The flush report in a sentence, then field by field.

import { h } from "./dom.js";
import { duration, plural, size, sum } from "./format.js";

export function reportView(state) {
  if (!state)
    return h("p", { class: "muted" }, "Nothing has been flushed yet.");
  if (state.problem)
    return h("p", { class: "problem", role: "alert" }, state.problem);
  if (state.waiting) return h("p", { class: "muted" }, state.waiting);
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
          h("strong", {}, error.message),
          h("code", {}, [error.code, error.status].filter(Boolean).join(", ")),
        )
      : null,
    h("dl", {}, fields(report, took)),
  );
}

function verdict({ exported, pending, rejected, dropped, error }) {
  const parts = [
    [exported, "delivered"],
    [pending, "kept for the next flush"],
    [rejected, "rejected by the collector"],
    [sum(dropped), "dropped"],
  ].filter(([count]) => count > 0);
  if (parts.length === 0)
    return error ? "Nothing was delivered." : "Nothing was waiting.";
  const text = parts.map(([count, what], at) =>
    at === 0 ? `${plural(count, "span")} ${what}` : `${count} ${what}`,
  );
  return `${text.join(", ")}.`;
}

function fields(
  { exported, rejected, pending, dropped, redacted, attempts, bytes },
  took,
) {
  const reasons = Object.entries(dropped).map(([why, n]) => `${n} ${why}`);
  const list = {
    exported,
    rejected,
    pending,
    dropped: reasons.join(", ") || 0,
    "values replaced": sum(redacted),
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
