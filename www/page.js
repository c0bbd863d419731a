// Holds what the page knows and redraws the part that changed.

import * as api from "./page/api.js";
import { answerView } from "./page/answer.js";
import { byId, h } from "./page/dom.js";
import { entryOf, historyView, stateOf } from "./page/history.js";
import { ledgerView } from "./page/ledger.js";
import { reportView } from "./page/report.js";
import { SUGGESTIONS } from "./page/suggestions.js";
import { switchesView } from "./page/switches.js";
import { setUpTheme } from "./page/theme.js";
import { waterfall } from "./page/waterfall.js";

const STATS_MS = 1000;
const REPORT_MS = 120;
const REMEMBERED = 12;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const page = {
  entries: [],
  chosen: null,
  demo: null,
  flush: null,
  busy: false,
};

async function ask(question) {
  const entry = { question, text: "", sources: [], streaming: true };
  page.entries.unshift(entry);
  choose(entry);
  const startedAt = performance.now();
  try {
    for await (const event of api.ask(question)) {
      if (event.type === "trace") entry.traceId = event.traceId;
      if (event.type === "step") entry.step = event.text;
      if (event.type === "token") entry.text += event.text;
      if (event.type === "sources") entry.sources.push(event.sources);
      if (event.type === "error") entry.error = event.message;
      if (entry === page.chosen) drawAnswer();
    }
  } catch (error) {
    entry.error = `The agent could not be reached: ${error.message}.`;
  }
  entry.streaming = false;
  entry.tookMs = performance.now() - startedAt;
  if (entry.traceId) await followFlush(entry);
  draw();
}

// The report is made after the answer has ended, so the page has to ask for it.
async function followFlush(entry) {
  entry.flush = { waiting: "The answer has ended; the spans are leaving." };
  show(entry.flush);
  try {
    do await sleep(REPORT_MS);
    while (!(entry.flush = await api.readReport(entry.traceId)));
    await refresh();
  } catch (error) {
    entry.flush ??= { problem: `No report: ${error.message}.` };
  }
  show(entry.flush);
}

async function flushNow() {
  const startedAt = Date.now();
  page.busy = true;
  show({ waiting: "Flushing." });
  try {
    const report = await api.flushNow();
    await refresh();
    show({ report, startedAt, endedAt: Date.now() });
  } catch (error) {
    show({ problem: `No report: ${error.message}.` });
  }
  page.busy = false;
  draw();
}

function show(flush) {
  page.flush = flush;
  draw();
}

// Spans that were kept arrive with somebody else's flush, so every question
// without a trace is looked for again. The ledger comes first: when it says that
// nothing waits, a trace that the collector then does not have never comes.
async function refresh() {
  const stats = await api.readStats();
  byId("ledger").replaceChildren(...ledgerView(stats));
  const waiting = stats.buffered + stats.inFlight + stats.spilled;
  const missing = page.entries.filter(
    (e) => e.flush?.report && !e.trace && !e.gone,
  );
  if (missing.length === 0 || !page.demo.collector.up) return false;
  const there = new Set((await api.readTraces()).map((t) => t.traceId));
  for (const entry of missing) {
    if (there.has(entry.traceId))
      entry.trace = await api.readTrace(entry.traceId);
    else if (waiting === 0) entry.gone = true;
  }
  return missing.some((e) => e.trace || e.gone);
}

// The collector keeps the latest traces, so a page that is loaded again shows them again.
async function remember() {
  if (!page.demo.collector.up) return;
  const latest = (await api.readTraces()).slice(0, REMEMBERED);
  const traces = await Promise.all(
    latest.map(({ traceId }) => api.readTrace(traceId)),
  );
  page.entries = traces.map(entryOf);
  const newest = page.entries[0];
  if (!newest) return;
  newest.flush = await api.readReport(newest.traceId);
  page.flush = newest.flush;
  page.chosen = newest;
}

function suggest(question) {
  byId("question").value = question;
  ask(question);
}

function choose(entry) {
  page.chosen = entry;
  draw();
}

async function change(change) {
  page.demo = await api.changeDemo(change);
  draw();
}

function draw() {
  drawAnswer();
  drawTrace();
  drawInstruments();
}

function drawAnswer() {
  const region = byId("answer");
  region.setAttribute("aria-busy", String(Boolean(page.chosen?.streaming)));
  region.replaceChildren(...answerView(page.chosen));
}

// It is redrawn only for another trace, so that an open row stays open.
function drawTrace() {
  const { chosen } = page;
  const host = byId("trace");
  const shown = chosen?.trace ?? (chosen ? stateOf(chosen) : "none");
  if (host.shown === shown) return;
  host.shown = shown;
  host.replaceChildren(
    chosen?.trace
      ? waterfall(chosen.trace, chosen.flush?.report && chosen.flush)
      : placeholder(shown),
  );
}

const PLACEHOLDERS = {
  none: "Ask something, and the trace of the answer appears here.",
  answering: "The spans are sent when the answer has ended.",
  flushing: "The answer has ended. The spans are on their way.",
  kept: "The collector has not taken these spans. They are kept in the isolate and go out with the next flush.",
  lost: "The collector has not taken these spans. They are counted; the report says why.",
};

function placeholder(state) {
  return h(
    "div",
    { class: "placeholder", "data-state": state },
    h("h2", { id: "trace-title" }, "Trace"),
    h("p", {}, PLACEHOLDERS[state]),
    h(
      "div",
      { class: "ghost", "aria-hidden": "true" },
      [0, 1, 2, 3].map(() => h("span")),
    ),
  );
}

function drawInstruments() {
  const focused = document.activeElement?.id;
  byId("report-body").replaceChildren(reportView(page.flush));
  byId("switches").replaceChildren(
    ...switchesView(page.demo, { change, flush: flushNow, busy: page.busy }),
  );
  const { entries, chosen } = page;
  byId("history").closest("section").hidden = entries.length < 2;
  byId("history").replaceChildren(...historyView(entries, chosen, choose));
  // A button that was redrawn keeps the focus.
  if (focused && document.activeElement === document.body)
    byId(focused)?.focus();
  document.body.dataset.flushing = String(Boolean(page.flush?.waiting));
}

async function tick() {
  if (!document.hidden && (await refresh())) draw();
}

async function start() {
  setUpTheme(byId("theme"));
  try {
    page.demo = await api.readDemo();
  } catch {
    return; // The page is open without the demo's server, and shows that already.
  }
  await remember().catch(() => undefined);
  byId("offline").hidden = true;
  byId("live").hidden = byId("ledger").hidden = false;
  byId("suggestions").append(
    ...SUGGESTIONS.map((q) =>
      h(
        "li",
        {},
        h("button", { type: "button", onclick: () => suggest(q) }, q),
      ),
    ),
  );
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const question = byId("question").value.trim();
    if (question) ask(question);
  });
  draw();
  for (;;) {
    await tick().catch(() => undefined);
    await sleep(STATS_MS);
  }
}

start();
