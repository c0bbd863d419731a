import { drainSpill } from "./lib/spill/drain.js";
import { provideSpill } from "./lib/options/spill-engine.js";
import { reserveMs, spill } from "./lib/spill/put.js";

provideSpill({ put: spill, reserveMs, drain: drainSpill });

export { queueBatchSpill, queueSpill } from "./lib/spill/queue.js";
export { kvSpill } from "./lib/spill/kv.js";
export { r2Spill } from "./lib/spill/r2.js";
export { durableObjectSpill } from "./lib/spill/durable-object.js";
export { indexedDbSpill } from "./lib/spill/indexed-db.js";
