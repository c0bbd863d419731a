// Sixty nested spans.

export default async ({ observe }) => {
  const descend = (depth) =>
    observe({ name: `generation ${depth}`, ignoreInput: true }, () =>
      depth === 60 ? "bottom" : descend(depth + 1),
    );
  const descendLater = async (depth) =>
    observe({ name: `later ${depth}`, ignoreInput: true }, async () => {
      await null;
      return depth === 60 ? "bottom" : descendLater(depth + 1);
    });
  return { sync: descend(1), async: await descendLater(1) };
};
