// Session, user, metadata and tags set on the current span.

import { outcome } from "../support/outcome.mjs";

export const needs = [
  "Laminar.setTraceSessionId",
  "Laminar.setTraceUserId",
  "Laminar.setTraceMetadata",
  "Laminar.setSpanTags",
  "Laminar.addSpanTags",
];

export default async ({ Laminar, observe }) => {
  observe({ name: "root" }, () => {
    observe({ name: "child before" }, () => 1);
    Laminar.setTraceSessionId("session");
    Laminar.setTraceUserId("user");
    Laminar.setTraceMetadata({ a: 1, nested: { b: 2 }, list: ["x"] });
    observe({ name: "child after" }, () => 1);
    Laminar.startSpan({ name: "started after" }).end();
  });
  observe(
    {
      name: "over options",
      sessionId: "old",
      userId: "old",
      metadata: { a: 0, b: 0 },
    },
    () => {
      Laminar.setTraceSessionId("new");
      Laminar.setTraceUserId("new");
      Laminar.setTraceMetadata({ a: 1 });
      observe({ name: "below over options" }, () => 1);
    },
  );
  observe({ name: "tags" }, () => Laminar.setSpanTags(["b", "a", "b"]));
  observe({ name: "tags replaced", tags: ["old"] }, () =>
    Laminar.setSpanTags(["new"]),
  );
  observe({ name: "tags added", tags: ["old"] }, () => {
    Laminar.addSpanTags(["new", "old"]);
    Laminar.addSpanTags(["newer"]);
  });
  observe({ name: "tags added to none" }, () => Laminar.addSpanTags(["new"]));
  observe({ name: "tags emptied", tags: ["old"] }, () =>
    Laminar.setSpanTags([]),
  );
  return {
    session: outcome(() => Laminar.setTraceSessionId("lost")),
    user: outcome(() => Laminar.setTraceUserId("lost")),
    metadata: outcome(() => Laminar.setTraceMetadata({ lost: 1 })),
    set: outcome(() => Laminar.setSpanTags(["lost"])),
    add: outcome(() => Laminar.addSpanTags(["lost"])),
  };
};
