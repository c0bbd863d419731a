import { setClock } from "./lib/context/clock.js";
import { setStandIn } from "./lib/options/configuration.js";
import { finished } from "./lib/record/finished.js";
import { setTap } from "./lib/record/tap.js";

/** Finished spans in memory, in the order in which they ended. */
export class InMemorySpanExporter {
  #spans = [];

  /** Takes every span that ends from here on; nothing is sent. No key is needed. */
  install() {
    setStandIn({
      destination: { url: "memory:", key: "" },
      budgetMs: 1,
      core: {},
    });
    setTap((span) => this.#spans.push(finished(span)));
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

/** A clock that stands still until it is told to go on. */
export class FakeClock {
  constructor(time = Date.UTC(2025, 0, 1)) {
    this.time = time;
  }

  install() {
    setClock(() => this.time);
    return this;
  }

  advance(ms) {
    this.time += ms;
  }

  uninstall() {
    setClock(undefined);
  }
}
