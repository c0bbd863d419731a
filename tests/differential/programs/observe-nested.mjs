// Parents across awaits, in parallel, and after a failure.

import { rounds } from "../support/rounds.mjs";

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export default async ({ observe }) => {
  observe({ name: "sync root" }, () =>
    observe({ name: "sync child" }, () =>
      observe({ name: "sync grandchild" }, () => 1),
    ),
  );
  await observe({ name: "async root" }, async () => {
    await wait(2);
    await observe({ name: "first child" }, async () => {
      await wait(2);
      observe({ name: "first grandchild" }, () => 1);
    });
    await observe({ name: "second child" }, () => wait(1));
  });
  await observe({ name: "parallel root" }, () =>
    Promise.all(
      ["a", "b", "c"].map((who, i) =>
        observe({ name: `branch ${who}` }, async () => {
          await rounds(6 - 2 * i);
          await observe({ name: `leaf ${who}` }, () => rounds(3));
        }),
      ),
    ),
  );
  await observe({ name: "failing root" }, async () => {
    await observe({ name: "failing child" }, async () => {
      await wait(1);
      throw new Error("no");
    }).catch(() => {});
    observe({ name: "after the failure" }, () => 1);
  });
  let late;
  await observe({ name: "outlived root" }, async () => {
    late = wait(5).then(() => observe({ name: "late child" }, () => 1));
  });
  await late;
  observe({ name: "unrelated root" }, () => 1);
};
