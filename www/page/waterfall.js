// The trace as a waterfall. Each row is a button that opens what its span holds;
// the arrow keys walk the rows.

import { details } from "./details.js";
import { h } from "./dom.js";
import { duration, plural } from "./format.js";
import { firstTokenMs, toRows, tokensOf } from "./spans.js";

const LEGEND = { default: "step", tool: "tool", llm: "model", error: "error" };
const FIRST_TOKEN = "first token";

export function waterfall(trace, flush) {
  const { rows, originMs } = toRows(trace);
  const end = Math.max(...rows.map((r) => r.start + r.duration));
  const axis = scale(end * 1.14 || 1);
  const types = new Set(rows.map((r) => r.type));

  const list = h(
    "ol",
    { class: "rows", onkeydown: walk },
    rows.map((row) => rowOf(row, axis)),
  );
  return h(
    "div",
    { class: "waterfall" },
    h(
      "div",
      { class: "trace-head" },
      h("h2", { id: "trace-title" }, "Trace"),
      h(
        "p",
        {},
        `${plural(rows.length, "span")}, ${duration(end)} `,
        h("code", { title: trace.traceId }, trace.traceId.slice(0, 8)),
      ),
      h(
        "ul",
        { class: "legend", "aria-label": "Colours" },
        Object.entries(LEGEND)
          .filter(([type]) => types.has(type))
          .map(([type, label]) => h("li", { "data-type": type }, label)),
        rows.some(({ span }) => firstTokenMs(span) !== null)
          ? h("li", { class: "first" }, FIRST_TOKEN)
          : null,
      ),
    ),
    ticks(axis),
    h(
      "div",
      { class: "grid" },
      lines(axis),
      list,
      flush ? flushRow(flush, originMs, end, axis) : null,
    ),
  );
}

function rowOf(row, axis) {
  const { span, depth, type, start, duration: length } = row;
  const panel = h("div", {
    class: "details",
    id: `span-${span.spanId}`,
    hidden: true,
  });
  const tokens = tokensOf(span);
  const firstToken = firstTokenMs(span);
  // Describes in words what the row shows by colour and place.
  const place = [
    `, starts at ${duration(start)}`,
    `level ${depth + 1}`,
    firstToken !== null && `${FIRST_TOKEN} after ${duration(firstToken)}`,
  ].filter(Boolean);
  const button = h(
    "button",
    {
      type: "button",
      class: "row",
      "data-type": type,
      "aria-expanded": "false",
      "aria-controls": panel.id,
      style: { "--depth": depth },
      onclick: () => toggle(button, panel, row),
    },
    h("span", { class: "name" }, h("span", { class: "text" }, span.name)),
    spoken(`, ${LEGEND[type] ?? type}, takes `),
    h(
      "span",
      { class: "lane" },
      bar(
        start,
        length,
        axis,
        [
          duration(length),
          tokens
            ? h(
                "span",
                { class: "tokens" },
                `${tokens.input} → ${tokens.output} tokens`,
              )
            : null,
        ],
        firstToken,
      ),
    ),
    spoken(place.join(", ")),
  );
  return h("li", {}, button, panel);
}

// This text is for screen readers.
const spoken = (text) => h("span", { class: "hidden" }, text);

function bar(start, length, axis, label, firstToken = null) {
  const left = (start / axis.end) * 100;
  const width = (length / axis.end) * 100;
  // A label that would leave the lane goes to the left of its bar, or into it.
  const room = 100 - left - width;
  const side = room > 22 ? "after" : left > 30 ? "before" : "inside";
  const style = { "--left": `${left}%`, "--width": `${width}%` };
  if (firstToken !== null)
    style["--at"] = `${Math.min(firstToken / length, 1) * 100}%`;
  return h(
    "span",
    { class: "bar", style },
    firstToken === null
      ? null
      : h("span", {
          class: "first-token",
          title: `${FIRST_TOKEN} after ${duration(firstToken)}`,
        }),
    h("span", { class: `bar-label ${side}` }, label),
  );
}

// The flush comes after the answer: the row shows it, cut where the axis ends.
function flushRow({ startedAt, endedAt, report }, originMs, end, axis) {
  const start = Math.max(startedAt - originMs, end);
  const length = endedAt - startedAt;
  const shown = Math.max(Math.min(length, axis.end - start), 0);
  const cut = shown < length;
  return h(
    "div",
    { class: "row flush", "data-ok": report.ok },
    h(
      "span",
      { class: "name" },
      h("span", { class: "text" }, "flush"),
      h("small", {}, "after the answer"),
    ),
    h(
      "span",
      { class: "lane" },
      h(
        "span",
        {
          class: "bar",
          "data-cut": cut,
          style: {
            "--left": `${(start / axis.end) * 100}%`,
            "--width": `${(shown / axis.end) * 100}%`,
          },
        },
        h("span", { class: "bar-label before" }, duration(length)),
      ),
    ),
  );
}

function toggle(button, panel, row) {
  const open = button.getAttribute("aria-expanded") === "true";
  if (!open && !panel.hasChildNodes())
    panel.append(...details(row).filter(Boolean));
  button.setAttribute("aria-expanded", String(!open));
  panel.hidden = open;
}

function walk(event) {
  const row = event.target.closest("button.row");
  if (!row) return;
  const all = [...event.currentTarget.querySelectorAll("button.row")];
  const at = all.indexOf(row);
  const open = row.getAttribute("aria-expanded") === "true";
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: all.length - 1,
  }[event.key];
  if (to !== undefined) all[to]?.focus();
  else if (event.key === "ArrowRight" && !open) row.click();
  else if (event.key === "ArrowLeft" && open) row.click();
  else return;
  event.preventDefault();
}

function scale(end) {
  const rough = end / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((n) => n * power >= rough) * power;
  const marks = [];
  // A mark too near the edge would have its label outside.
  for (let at = 0; at <= end * 0.93; at += step) marks.push(at);
  return { end, marks };
}

const place = (at, { end }) => ({ "--left": `${(at / end) * 100}%` });

function ticks(axis) {
  return h(
    "div",
    { class: "ticks", "aria-hidden": "true" },
    axis.marks.map((at) =>
      h("span", { style: place(at, axis) }, at ? duration(at) : "0"),
    ),
  );
}

function lines(axis) {
  return h(
    "div",
    { class: "lines", "aria-hidden": "true" },
    axis.marks.map((at) => h("span", { style: place(at, axis) })),
  );
}
