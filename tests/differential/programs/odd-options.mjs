// Options of the wrong type.

import { outcome } from "../support/outcome.mjs";

const odd = {
  "session number": { sessionId: 5 },
  "user number": { userId: 7 },
  "tags text": { tags: "text" },
  "tags of numbers": { tags: [1, 2] },
  "tags mixed": { tags: ["a", 1] },
  "metadata text": { metadata: "text" },
  "metadata array": { metadata: ["a", "b"] },
  "metadata null": { metadata: null },
  "tags null": { tags: null },
  "session null": { sessionId: null },
  "type null": { spanType: null },
  "type number": { spanType: 3 },
  "unknown option": { colour: "red" },
};

export default async ({ Laminar, observe }) => {
  const found = {};
  for (const [kind, options] of Object.entries(odd)) {
    found[`observe ${kind}`] = outcome(() =>
      observe({ name: `observe ${kind}`, ...options }, () => "ran"),
    );
    found[`start ${kind}`] = outcome(() =>
      Laminar.startSpan({ name: `start ${kind}`, ...options }).end(),
    );
  }
  return found;
};
