// A Worker around the build that has traps to call.

import { said } from "./console.js";
import { Laminar, observe } from "traps-entry";
import { attempt } from "traps-instance";

const trap = {
  now: () => attempt((_, glue) => glue.trap_now()),
  "after an await": () => attempt((_, glue) => glue.trap_after_await()),
  never: () => undefined,
};

export default {
  async fetch(request) {
    const { options, names, when } = await request.json();
    Laminar.initialize(options);
    for (const name of names) observe({ name }, () => name);
    trap[when]();
    const report = await Laminar.flush();
    return Response.json({ report, stats: Laminar.stats(), said });
  },
};
