import { Hono } from "hono";
import { instrument, observe } from "laminar-edge";

const app = new Hono();

app.get("/words/:text", async (c) => {
  const words = await observe(
    { name: "split", spanType: "TOOL" },
    async (text) => text.split(" "),
    c.req.param("text"),
  );
  return c.json({ words });
});

// Each request is a trace, also one that Hono answers with 500.
app.get("/broken", () => {
  throw new Error("broken");
});

export default instrument(app);
