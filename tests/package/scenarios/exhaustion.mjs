// Memory and stack run out in the shipped module.

import { Laminar, observe } from "laminar-edge";
import { callCore } from "../../../pkg/lib/core/instance.js";

const memory = () => callCore((exports) => exports.memory);

/** Takes all pages of memory, so that the next allocation in wasm fails. */
function exhaust() {
  for (let pages = 1 << 15; pages > 0;) {
    try {
      memory().grow(pages);
    } catch {
      pages >>= 1;
    }
  }
}

export async function memoryRunsOut({ options }) {
  Laminar.initialize(options);
  observe({ name: "before" }, () => 1);
  exhaust();
  const thrown = [];
  for (let i = 0; i < 40; i++) {
    try {
      observe({ name: `large ${i}` }, () => "x".repeat(1 << 18));
    } catch (error) {
      thrown.push(String(error));
    }
  }
  const full = Laminar.stats();
  observe({ name: "after" }, () => 1);
  const report = await Laminar.flush();
  return { thrown, full, report, stats: Laminar.stats() };
}

/** The takeover itself needs memory, and there is none left. */
export async function memoryRunsOutAgain({ options }) {
  Laminar.initialize(options);
  for (let round = 0; round < 3; round++) {
    observe({ name: `round ${round}` }, () => 1);
    exhaust();
    for (let i = 0; i < 10; i++)
      observe({ name: "large" }, () => "x".repeat(1 << 18));
  }
  const report = await Laminar.flush();
  return { report, stats: Laminar.stats() };
}

export async function stackRunsOut({ options }) {
  Laminar.initialize(options);
  observe({ name: "before" }, () => 1);
  await Laminar.flush();
  observe({ name: "held" }, () => 1);
  let ended = 0;
  // Every frame ends a span when it returns, the innermost with hardly any stack left.
  const dive = (depth) => {
    const span = Laminar.startSpan({ name: "deep" });
    try {
      dive(depth + 1);
    } catch {
      // The frame that had no stack left is above this one.
    }
    if (ended < 2_000) {
      ended++;
      span.end();
    }
  };
  for (let round = 0; round < 5; round++) {
    ended = 0;
    try {
      dive(0);
    } catch {
      // The program itself overflows the stack.
    }
  }
  observe({ name: "after" }, () => 1);
  const report = await Laminar.flush();
  return { report, stats: Laminar.stats() };
}
