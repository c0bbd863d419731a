// withSpan: results, failures, and who ends the span.

import { outcome } from "../support/outcome.mjs";

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export default async ({ Laminar, observe }) => {
  const found = {};
  const start = (name) => Laminar.startSpan({ name });

  const kept = start("kept open");
  found.sync = Laminar.withSpan(kept, () => {
    observe({ name: "child of kept" }, () => 1);
    Laminar.startSpan({ name: "started child of kept" }).end();
    return "result";
  });
  found["kept is open"] = kept.isRecording();
  kept.setAttribute("after", true);
  kept.end();

  const closed = start("closed");
  Laminar.withSpan(closed, () => 1, true);
  found["closed is open"] = closed.isRecording();

  const later = start("closed later");
  const promise = Laminar.withSpan(
    later,
    async () => {
      await wait(2);
      await observe({ name: "child after await" }, () => wait(1));
      return 5;
    },
    true,
  );
  found["open while pending"] = later.isRecording();
  found.async = await promise;
  found["open when settled"] = later.isRecording();

  const failure = new Error("in withSpan");
  const fail = () => {
    throw failure;
  };
  const thrower = start("throws, kept open");
  found.throws = outcome(() => Laminar.withSpan(thrower, fail));
  found["open after throw"] = thrower.isRecording();
  thrower.end();
  const closedThrower = start("throws, closed");
  found.throwsClosed = outcome(() =>
    Laminar.withSpan(closedThrower, fail, true),
  );
  found["open after closing throw"] = closedThrower.isRecording();

  const rejecter = start("rejects, kept open");
  found.rejects = await Laminar.withSpan(rejecter, async () => fail()).catch(
    (error) => error === failure,
  );
  found["open after rejection"] = rejecter.isRecording();
  rejecter.end();
  const closedRejecter = start("rejects, closed");
  await Laminar.withSpan(closedRejecter, async () => fail(), true).catch(
    () => {},
  );
  found["open after closing rejection"] = closedRejecter.isRecording();

  const outer = start("outer");
  Laminar.withSpan(outer, () => {
    const inner = start("inner");
    Laminar.withSpan(
      inner,
      () => observe({ name: "innermost" }, () => 1),
      true,
    );
    observe({ name: "back in outer" }, () => 1);
  });
  outer.end();
  observe({ name: "outside" }, () => 1);
  return found;
};
