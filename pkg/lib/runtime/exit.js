// Warns when a process exits with unsent spans.

import { Laminar } from "../observe/laminar.js";
import { warnOnce } from "../host/warn.js";

export function noticeExit() {
  const { buffered, inFlight } = Laminar.stats();
  const unsent = buffered + inFlight;
  if (unsent > 0)
    warnOnce(
      "exit",
      `the program ends with ${unsent} span${unsent === 1 ? "" : "s"} unsent: await Laminar.flush() or Laminar.shutdown() before it does`,
    );
}
