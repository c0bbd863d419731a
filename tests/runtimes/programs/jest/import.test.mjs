import * as lib from "laminar-edge";
import { InMemorySpanExporter } from "laminar-edge/testing";
import recorded from "./recorded.cjs";

test("import", async () => {
  const report = await recorded(lib, "import");
  expect(report).toMatchObject({ ok: true, exported: 2 });
});

test("in memory", () => {
  const exporter = new InMemorySpanExporter().install();
  lib.observe({ name: "seen" }, () => 1);
  exporter.uninstall();
  const [{ name }] = exporter.getFinishedSpans();
  expect(name).toBe("seen");
});
