// What each test file does with the package, which each imports differently.

/** Resolves to the report of a flush, when an observed function has called another after an await. */
module.exports = async function recorded({ Laminar, observe }, name) {
  const projectApiKey = `key of ${name}`;
  Laminar.initialize({ projectApiKey, baseUrl: process.env.COLLECTOR });
  await observe({ name: "outer" }, async () => {
    await null;
    observe({ name: "inner" }, () => 1);
  });
  const report = await Laminar.flush();
  await Laminar.shutdown();
  return report;
};
