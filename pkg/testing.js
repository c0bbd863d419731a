import { setClock } from "./lib/context/clock.js";
import { setStandIn } from "./lib/options/configuration.js";
import { finished } from "./lib/record/finished.js";
import { setTap } from "./lib/record/tap.js";

/** @typedef {import("./testing.js").FinishedSpan} FinishedSpan */

/** Keeps finished spans in memory, in the order in which they ended. */
export class InMemorySpanExporter {
  /** @type {FinishedSpan[]} */
  #spans = [];

  /** Takes every span that ends from now on; nothing is sent, and no key is needed. */
  install() {
    setStandIn({
      destination: { url: "memory:", key: "" },
      budgetMs: 1,
      core: {},
    });
    setTap((/** @type {import("./lib/span/span.js").Span} */ span) =>
      this.#spans.push(/** @type {FinishedSpan} */ (finished(span))),
    );
    return this;
  }

  getFinishedSpans() {
    return [...this.#spans];
  }

  reset() {
    this.#spans = [];
  }

  uninstall() {
    setTap(undefined);
    setStandIn(undefined);
  }
}

/** A clock that stands still until `advance` is called. */
export class FakeClock {
  constructor(time = Date.UTC(2025, 0, 1)) {
    this.time = time;
  }

  install() {
    setClock(() => this.time);
    return this;
  }

  /** @param {number} ms */
  advance(ms) {
    this.time += ms;
  }

  uninstall() {
    setClock(undefined);
  }
}
