// A Hono app, instrumented, with an agent behind one of its routes.

import { Hono } from "hono";
import { cors } from "hono/cors";
import { instrument, observe } from "laminar-edge";

const api = new Hono();
api.get("/items/:item{[0-9]+}", (c) => c.json(c.req.param()));
api.onError((error, c) => c.text(error.message, 500));

const app = new Hono();
app.use(cors());
app.use("/users/*", async (c, next) => {
  await next();
});
app.get("/users/:id", async (c) => {
  const answer = await observe(
    { name: "agent" },
    async (question) => `you asked ${question}`,
    c.req.query("q"),
  );
  return c.text(answer);
});
app.route("/api", api);
app.all("/any/:thing", (c) => c.text(c.req.method));

export default instrument(app);
