// Names of items. They sort in the order in which the items were made, as far as clocks agree.

import { hex, randomWord } from "../values/ids.js";

/** @typedef {Parameters<NonNullable<import("../../index.js").SpillSink["drain"]>>[0]} Send */

export const PREFIX = "laminar-spill/";

export function newName() {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time}-${hex(randomWord())}${hex(randomWord())}`;
}
