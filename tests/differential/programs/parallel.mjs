// Concurrent spans, and one span that several calls share.

import { rounds } from "../support/rounds.mjs";

export default async ({ Laminar, observe }) => {
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      observe({ name: `request ${i}`, sessionId: `s${i}` }, async () => {
        await rounds(1 + ((i * 7) % 5));
        await observe({ name: `step ${i}` }, async () => {
          await rounds(1 + ((i * 3) % 4));
          Laminar.startSpan({ name: `started ${i}` }).end();
        });
        observe({ name: `last ${i}` }, () => i);
      }),
    ),
  );
  const shared = Laminar.startSpan({ name: "shared" });
  await Promise.all(
    ["a", "b"].map((who) =>
      Laminar.withSpan(shared, async () => {
        await rounds(2);
        await observe({ name: `user ${who}` }, () => rounds(1));
        observe({ name: `again ${who}` }, () => 1);
      }),
    ),
  );
  shared.end();
};
