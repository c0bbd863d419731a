// Spans that begin in one request and end in the same, in another, or never.

import { said } from "./console.js";
import { Laminar, observe } from "laminar-edge";

const spans = new Map();
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const routes = {
  begin({ name }) {
    spans.set(name, Laminar.startSpan({ name }));
  },
  end({ name }) {
    spans.get(name).end();
  },
  /** Begins when other requests have begun too, with spans inside. */
  async beginLate({ name, ms }, options) {
    await wait(ms);
    const outer = Laminar.startSpan({ name });
    await Laminar.withSpan(outer, async () => {
      await wait(ms);
      Laminar.initialize({ ...options });
      spans.set(name, Laminar.startSpan({ name: `${name} below` }));
    });
    outer.end();
  },
  async unread() {
    await observe({ name: "stream" }, async function* () {
      yield 1;
    });
  },
  nothing() {},
};

export default {
  async fetch(request) {
    const { route, options, ...more } = await request.json();
    Laminar.initialize(options);
    await routes[route](more, options);
    const report = await Laminar.flush();
    return Response.json({ report, stats: Laminar.stats(), said });
  },
};
