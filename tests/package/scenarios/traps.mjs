// What happens around a trap, in the build with traps.

const traps = new URL("../../../target/laminar-edge-traps/", import.meta.url);
const entry = globalThis.WebAssembly === undefined ? "js.js" : "node.js";
const { Laminar, observe } = await import(new URL(entry, traps));
await import(new URL("spill.js", traps));
const { callCore } = await import(new URL("lib/core/instance.js", traps));

const record = (...names) => {
  for (const name of names) observe({ name }, () => name);
};
const trapNow = () => callCore((exports) => exports.trap_now());
const trapAfterAwait = () => (globalThis.laminarTraps = ["settle"]);

async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Flushes until no span is left. */
async function deliver() {
  const reports = [];
  const gaveUpAt = Date.now() + 15_000;
  do {
    reports.push(await Laminar.flush());
    const { buffered, inFlight } = Laminar.stats();
    if (buffered + inFlight === 0) break;
    // A flush that has nothing to wait for returns at once.
    await new Promise((resolve) => setTimeout(resolve, 20));
  } while (Date.now() < gaveUpAt);
  return reports;
}

export async function outsideAFlush({ options }) {
  Laminar.initialize(options);
  record("before");
  const open = Laminar.startSpan({ name: "across" });
  trapNow();
  record("after");
  open.end();
  const taken = Laminar.stats();
  const report = await Laminar.flush();
  return { taken, report, stats: Laminar.stats() };
}

export async function insideAFlush({ options }) {
  Laminar.initialize(options);
  record("sent", "sent too");
  trapAfterAwait();
  const trapped = await Laminar.flush();
  const after = Laminar.stats();
  record("later");
  const reports = await deliver();
  return { trapped, after, reports, stats: Laminar.stats() };
}

export async function twoFlushes({ options }) {
  Laminar.initialize(options);
  record("first");
  const one = Laminar.flush();
  record("second");
  trapAfterAwait();
  const reports = await Promise.all([one, Laminar.flush()]);
  return { reports, stats: Laminar.stats() };
}

/** The answer to a request is known and settled when the flush traps. */
export async function afterARefusal({ options }) {
  Laminar.initialize(options);
  record("a");
  globalThis.laminarTraps = ["backoff"];
  const report = await Laminar.flush();
  return { report, stats: Laminar.stats() };
}

/** The server has answered three requests, but the answers are not settled, when another flush traps. */
export async function threeOthersUnderWay({ options }) {
  const names = ["held 1", "held 2", "held 3"];
  let answered = 0;
  let open;
  const gate = new Promise((resolve) => (open = resolve));
  Laminar.initialize({
    ...options,
    async fetch(request) {
      const response = await fetch(request);
      if (++answered <= names.length) await gate;
      return response;
    },
  });
  const flushes = names.map((name) => {
    record(name);
    return Laminar.flush();
  });
  await until(() => answered === names.length);
  record("a");
  trapAfterAwait();
  flushes.push(Laminar.flush());
  const waiting = Laminar.stats();
  await until(() => globalThis.laminarTraps.length === 0);
  open();
  const reports = await Promise.all(flushes);
  return { waiting, reports, stats: Laminar.stats() };
}

export async function shutdownMeetsATrap({ options }) {
  Laminar.initialize(options);
  record("a");
  trapAfterAwait();
  const report = await Laminar.shutdown();
  const ended = Laminar.stats();
  Laminar.initialize(options);
  record("b");
  const reports = await deliver();
  return { report, ended, reports, stats: Laminar.stats() };
}

/** Traps far more often than any program would. */
export async function again({ options, times }) {
  Laminar.initialize(options);
  const figures = [];
  for (let i = 0; i < times; i++) {
    record(`span ${i}`);
    trapNow();
    figures.push(Laminar.stats());
  }
  const reports = [await Laminar.flush(), await Laminar.flush()];
  return { figures, reports, stats: Laminar.stats() };
}

/** Damages the part of the dead instance's memory that `damage` names before it is taken over. */
export async function damaged({ options, damage }) {
  Laminar.initialize(options);
  record("exported");
  await Laminar.flush();
  record("lost", "lost too");
  const dead = callCore((_, instance) => instance);
  trapNow();
  const memory = new DataView(dead.exports.memory.buffer);
  const rows = memory.getUint32(dead.root + 8, true);
  const places = {
    magic: dead.root,
    oldest: dead.root + 20,
    exported: dead.root + 24,
    checksum: dead.root + 200,
    recorded: dead.root + 208,
    "a row": rows + 12,
    "a row's checksum": rows + 72,
    "a row's address": rows + 16,
  };
  const at = places[damage];
  memory.setUint8(at, memory.getUint8(at) ^ 0x55);
  const taken = Laminar.stats();
  record("later");
  const report = await Laminar.flush();
  return { taken, report, stats: Laminar.stats() };
}

/** One trap while the sink stores, one while the spans are stored. */
export async function spilled({ options }) {
  const items = new Map();
  let down = true;
  let last = 0;
  Laminar.initialize({
    ...options,
    fetch: (request) =>
      down
        ? Promise.resolve(new Response("", { status: 503 }))
        : fetch(request),
    spill: {
      async put(bytes) {
        if (last === 0) trapNow();
        items.set(++last, bytes);
      },
      async drain(send) {
        for (const [key, bytes] of [...items])
          if (await send(bytes)) items.delete(key);
      },
    },
  });
  record("a", "b");
  const report = await Laminar.flush();
  trapNow();
  const taken = Laminar.stats();
  down = false;
  const drained = await Laminar.drainSpill();
  return { report, taken, drained, stats: Laminar.stats() };
}

/** The first request is answered by `answer`, after the flush has trapped, and each further one by a success. */
async function answeredAfterATrap(options, answer) {
  let open;
  let requests = 0;
  const gate = new Promise((resolve) => (open = resolve));
  Laminar.initialize({
    ...options,
    async fetch() {
      if (++requests > 1) return new Response();
      await gate;
      return answer;
    },
  });
  record("held");
  const held = Laminar.flush();
  await until(() => requests === 1);
  trapNow();
  open();
  const report = await held;
  return { report, requests, stats: Laminar.stats() };
}

export function noResponseAfterATrap({ options }) {
  const redelivery = "at-most-once";
  return answeredAfterATrap({ ...options, redelivery }, undefined);
}

export function aHoldAfterATrap({ options }) {
  const headers = { "retry-after": "60" };
  const answer = new Response(null, { status: 429, headers });
  return answeredAfterATrap(options, answer);
}
