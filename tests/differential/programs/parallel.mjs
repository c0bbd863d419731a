// Many at a time, and one span shared by several.

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export default async ({ Laminar, observe }) => {
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      observe({ name: `request ${i}`, sessionId: `s${i}` }, async () => {
        await wait((i * 7) % 5);
        await observe({ name: `step ${i}` }, async () => {
          await wait((i * 3) % 4);
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
        await wait(2);
        await observe({ name: `user ${who}` }, () => wait(1));
        observe({ name: `again ${who}` }, () => 1);
      }),
    ),
  );
  shared.end();
};
