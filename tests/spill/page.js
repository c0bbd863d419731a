// Runs in a page: the package's browser entry, with its sink.

import { Laminar, observe } from "laminar-edge";
import { indexedDbSpill } from "laminar-edge/spill";

globalThis.spill = async (options, names, claim) => {
  Laminar.initialize({ ...options, spill: indexedDbSpill(claim) });
  for (const name of names) observe({ name }, () => name);
  const report = await Laminar.flush();
  return { report, stats: Laminar.stats() };
};
globalThis.drain = async (options, claim) => {
  Laminar.initialize({ ...options, spill: indexedDbSpill(claim) });
  return { report: await Laminar.drainSpill(), stats: Laminar.stats() };
};
globalThis.drainTwice = async (options) => {
  Laminar.initialize({ ...options, spill: indexedDbSpill() });
  return Promise.all([Laminar.drainSpill(), Laminar.drainSpill()]);
};
globalThis.claimAndDie = (claim) =>
  new Promise((resolve) => {
    indexedDbSpill(claim).drain((bytes) => {
      resolve(bytes.length);
      return new Promise(() => {});
    });
  });
