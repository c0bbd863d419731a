// One flush: the loop around leases. It waits for nothing but its own requests and its own timers. What
// another flush has in flight it looks at again and again, so that a request that hangs or dies can
// delay nobody else's. Neither can a destination: each has lanes of its own.
//
// Nothing of it is in wasm, so a trap interrupts none of it: leases keep their numbers in the instance
// that takes over.

import { destinationById } from "../options/destination.js";
import { attempt, current } from "../core/instance.js";
import { codeOf, emptyReport, failure } from "./report.js";
import { answers, stageWords } from "../core/staging.js";
import { Transport } from "./transport.js";
import { messageOf } from "../values/value.js";
import { ANSWERED, NO_ANSWER, NO_CONNECTION, settle } from "./settle.js";

// How often a flush looks whether another's batches are settled, and how often it says that it lives:
// those of src/js/expiry.rs.
const LOOK_MS = 50;
const BEAT_MS = 250;
// How long a lease outlives the holder's last possible send.
const LEASE_MARGIN_MS = 2_000;
// With less than this left, or than a fifth of the budget, nothing more is begun: a request whose answer
// nobody would hear brings nothing but doubt.
const WORTH_MS = 200;
// Requests and pauses at a time. A Worker's request has six connections, its own included.
const MAX_LANES = 4;
// A flush that has not ended so long after its budget belongs to a request that was killed.
const ABANDONED_MS = 5_000;

// All that are under way, and when each is over at the latest.
const underWay = new Map();

/** Ends every flush at once, as shutdown does. */
export function endDeliveries(code) {
  for (const delivery of [...underWay.keys()]) delivery.end(failure(code));
}

export function deliveriesUnderWay() {
  return underWay.size;
}

export class Delivery {
  /**
   * Without `all` only batches that are full go. `exports` is how many requests one destination may
   * have at a time, `maxBytes` how large one may be.
   */
  constructor(budgetMs, { all, exports, maxBytes }) {
    this.all = all;
    this.exports = Math.min(Math.max(exports, 1), MAX_LANES);
    this.maxBytes = maxBytes;
    this.endsAt = performance.now() + budgetMs;
    this.budgetMs = budgetMs;
    this.worthMs = Math.min(WORTH_MS, budgetMs / 5);
    this.instance = undefined;
    this.horizon = 0;
    this.timers = true;
    this.late = false;
    this.ended = false;
    this.deadline = undefined;
    this.beats = undefined;
    this.look = undefined;
    this.lanes = [];
    this.troubles = new Map();
    this.transport = new Transport();
    this.report = emptyReport();
    this.filling = undefined;
    // The destinations that were held when it last asked.
    this.held = [];
    this.heldAt = 0;
  }

  /** Resolves to the report and never rejects. The first requests leave before it returns. */
  run() {
    const now = Date.now();
    for (const [delivery, due] of underWay)
      if (due < now) underWay.delete(delivery);
    underWay.set(this, now + this.budgetMs + ABANDONED_MS);
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.next();
    });
  }

  /** Once the first requests have left: nothing of it hurries. */
  startClock() {
    if (this.deadline !== undefined || !this.timers || this.ended) return;
    try {
      this.deadline = setTimeout(() => this.pass(), this.budgetMs);
    } catch {
      // A Worker's global scope has no timers; neither can it fetch.
      this.timers = false;
    }
  }

  leftMs() {
    return this.endsAt - performance.now();
  }

  /**
   * Has the instance there is leave numbers. Where it is another one than before, what lies before the
   * horizon is found anew.
   */
  ask(action) {
    for (let instance; (instance = current()) !== undefined;) {
      if (instance !== this.instance) {
        const horizon = attempt((exports) => exports.horizon(this.all));
        if (horizon === undefined) continue;
        this.instance = instance;
        this.horizon = horizon;
      }
      const answer = attempt((exports, live) => answers(live, action(exports)));
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /** Begins what can be begun; where nothing is under way, waits for others or ends. */
  next() {
    if (this.ended) return;
    this.fill();
    this.startClock();
    if (this.lanes.length > 0) {
      this.beat();
      return;
    }
    if (this.look !== undefined) return;
    const left = this.ask(({ remaining }) => remaining(this.horizon));
    if (left === undefined)
      return this.end(this.gathered(failure("unavailable")));
    const [pending, leased] = left;
    if (this.late || !this.timers || leased === 0)
      return this.conclude(pending);
    this.look = setTimeout(() => {
      this.look = undefined;
      attempt((exports) => exports.expire(Date.now()));
      this.next();
    }, LOOK_MS);
  }

  fill() {
    let held = [];
    while (this.lanes.length < MAX_LANES) {
      const lease = this.lease();
      if (lease === undefined) return;
      if (!(lease[0] > 0)) {
        held = lease;
        break;
      }
      this.begin(lease);
    }
    this.held = held;
    this.heldAt = performance.now();
    // One that is held for a while is waited for, if the budget allows.
    for (let i = 1; i < held.length && this.lanes.length < MAX_LANES; i += 3) {
      const destination = destinationById(this.instance, held[i]);
      if (
        !this.lanes.some((lane) => lane.destination === destination) &&
        !this.troubles.get(destination)?.over
      )
        this.pause(destination, held[i + 2]);
    }
  }

  lease() {
    const late = this.leftMs() < this.worthMs && this.report.attempts > 0;
    if (late || this.late) return undefined;
    return this.ask((exports) =>
      exports.lease(
        this.horizon,
        this.skip(),
        this.maxBytes,
        Date.now(),
        this.budgetMs + LEASE_MARGIN_MS,
        false,
      ),
    );
  }

  /** Names the destinations that are to be passed over: how many. */
  skip() {
    if (this.lanes.length === 0 && this.troubles.size === 0) return 0;
    const skipped = new Set();
    for (const { destination, pausing } of this.lanes) {
      const busy = this.lanes.filter(
        (lane) => lane.destination === destination,
      );
      if (pausing || busy.length >= this.exports) skipped.add(destination);
    }
    for (const [destination, { over }] of this.troubles)
      if (over) skipped.add(destination);
    const ids = [...skipped]
      .filter(({ instance }) => instance === this.instance)
      .map(({ id }) => id);
    return stageWords(this.instance, ids);
  }

  begin([token, id, , , address, bytes]) {
    const destination = destinationById(this.instance, id);
    const lane = {
      destination,
      token,
      pausing: false,
      timer: undefined,
      done: false,
      handed: false,
      bytes: 0,
      answer: undefined,
    };
    this.lanes.push(lane);
    try {
      const body = new Uint8Array(
        this.instance.exports.memory.buffer,
        address,
        bytes,
      );
      const prepared = this.transport.prepareFor(destination, body);
      if (typeof prepared.then !== "function") return this.send(lane, prepared);
      prepared.then(
        (ready) => this.send(lane, ready),
        (error) => this.fail(lane, error),
      );
    } catch (error) {
      this.fail(lane, error);
    }
  }

  send(lane, prepared) {
    if (lane.done) return;
    const may =
      prepared.bytes > 0 && attempt((exports) => exports.hand_over(lane.token));
    if (!may) return this.settle(lane, NO_CONNECTION, notSent());
    lane.handed = true;
    lane.bytes = prepared.bytes;
    try {
      this.transport.send(prepared).then(
        (answer) => this.hear(lane, answer),
        (error) => this.fail(lane, error),
      );
    } catch (error) {
      this.fail(lane, error);
    }
  }

  /** Its status is known now, and what it says may follow. */
  hear(lane, answer) {
    if (lane.done) return;
    if (answer.status === 0)
      return this.settle(lane, NO_ANSWER, {
        code: "network",
        message: "no HTTP answer",
      });
    lane.answer = answer;
    answer.said.then(
      (said) => this.settle(lane, ANSWERED, undefined, said),
      () => this.settle(lane, ANSWERED),
    );
  }

  fail(lane, error) {
    const message = error instanceof Error ? messageOf(error) : "fetch failed";
    this.settle(lane, NO_CONNECTION, { code: "network", message });
  }

  settle(lane, how, error, said) {
    if (lane.done) return;
    this.finish(lane);
    const { report } = this;
    if (lane.bytes > 0) report.attempts++;
    report.bytes += lane.bytes;
    const { answer } = lane;
    const rejected = said?.rejected ?? 0;
    const { code, paceMs } = settle(report, lane.token, how, answer, rejected);
    const wrong =
      code !== undefined
        ? { code, message: said?.message ?? "", status: answer.status }
        : error;
    const worthSaying =
      code !== "partial_success" || rejected > 0 || said?.message;
    if (wrong !== undefined && worthSaying) report.error = wrong;
    if (paceMs === 0) this.troubles.delete(lane.destination);
    else this.backOff(lane.destination, Math.max(paceMs, 0));
    // Not at once: a request that fails while it is begun must not begin the next inside itself.
    if (this.filling === undefined) {
      this.filling = Promise.resolve().then(() => {
        this.filling = undefined;
        this.next();
      });
    }
  }

  /** A pause that grows with the failures in a row, and is `leastMs` at least. */
  backOff(destination, leastMs) {
    const trouble = this.trouble(destination);
    trouble.failures++;
    const ms = attempt(
      (exports) => exports.backoff(trouble.failures, Math.random()),
      leastMs,
    );
    this.pause(destination, Math.max(ms, leastMs));
  }

  /** Waits before this destination is tried again; not at all if that would be too late. */
  pause(destination, ms) {
    this.startClock();
    if (this.late || !this.timers || ms + this.worthMs >= this.leftMs()) {
      this.trouble(destination).over = true;
      return;
    }
    const lane = { destination, pausing: true, timer: undefined, done: false };
    lane.timer = setTimeout(() => {
      this.finish(lane);
      this.next();
    }, Math.ceil(ms));
    this.lanes.push(lane);
  }

  trouble(destination) {
    let found = this.troubles.get(destination);
    if (found === undefined) {
      found = { failures: 0, over: false };
      this.troubles.set(destination, found);
    }
    return found;
  }

  finish(lane) {
    lane.done = true;
    clearTimeout(lane.timer);
    const at = this.lanes.indexOf(lane);
    if (at >= 0) this.lanes.splice(at, 1);
  }

  /** Says that this flush lives, as long as it has leases. */
  beat() {
    if (!this.timers || this.beats !== undefined || this.ended) return;
    this.beats = setInterval(() => {
      for (const { token, done } of this.lanes)
        if (token !== undefined && !done)
          attempt((exports) => exports.beat(token));
    }, BEAT_MS);
  }

  /** The time allowed is over: what is under way has to be settled as it stands. */
  pass() {
    this.late = true;
    for (const lane of [...this.lanes]) {
      if (lane.pausing) this.finish(lane);
      else if (lane.answer !== undefined) this.settle(lane, ANSWERED);
      else if (!lane.handed) this.settle(lane, NO_CONNECTION, notSent());
      else
        this.settle(lane, NO_ANSWER, {
          code: "timeout",
          message: "no answer within the time allowed",
        });
    }
    clearTimeout(this.look);
    this.look = undefined;
    this.next();
  }

  conclude(pending) {
    const { report } = this;
    report.pending = pending;
    report.ok =
      pending === 0 &&
      report.rejected === 0 &&
      Object.keys(report.dropped).length === 0;
    // What went wrong on the way was put right.
    if (report.ok) delete report.error;
    else report.error ??= this.explained();
    if (report.error === undefined) delete report.error;
    this.end(report);
  }

  /** Why spans wait, if nothing that this flush met itself says it. */
  explained() {
    const [, , status, remainingMs] = this.held;
    const ms = remainingMs - (performance.now() - this.heldAt);
    if (!(ms > 0)) return undefined;
    return {
      code: codeOf(status),
      message: `HTTP ${status} earlier: nothing is sent there for ${Math.ceil(ms / 1_000)} s`,
      status,
    };
  }

  /** What was settled before it went wrong. */
  gathered(report) {
    const { exported, rejected, dropped, attempts, bytes } = this.report;
    return Object.assign(report, {
      exported,
      rejected,
      dropped,
      attempts,
      bytes,
    });
  }

  end(report) {
    if (this.ended) return;
    this.ended = true;
    underWay.delete(this);
    // Whatever still runs is too late to count, and would hold a connection. To abort takes its time, so
    // what has ended is not aborted.
    if (this.late || this.lanes.length > 0) this.transport.cancel();
    for (const lane of [...this.lanes]) this.finish(lane);
    clearTimeout(this.deadline);
    clearTimeout(this.look);
    clearInterval(this.beats);
    this.resolve(report);
  }
}

const notSent = () => ({
  code: "timeout",
  message: "the time allowed ended before the request could be sent",
});
