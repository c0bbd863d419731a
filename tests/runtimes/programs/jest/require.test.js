const recorded = require("./recorded.cjs");

test("require", async () => {
  const report = await recorded(require("laminar-edge"), "require");
  expect(report).toMatchObject({ ok: true, exported: 2 });
});
