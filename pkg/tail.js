// A Tail Worker may import only this file, so it imports the entry of its runtime.
import "laminar-edge";
import { watchCpuLimit } from "./lib/instrument/cpu-limit.js";
import { provideTail } from "./lib/options/tail-engine.js";
import { hand, renew } from "./lib/tail/hand.js";
import { tailOptions } from "./lib/tail/options.js";

provideTail({ hand, renew, options: tailOptions });
watchCpuLimit();

export { collectTail } from "./lib/tail/collect.js";
export { collectTailStream } from "./lib/tail/stream.js";
